@resilience.mended
def service_config():
    retries = {
        "maxAttempt": 4,
        "initialBackoff": "0.02s",
        "maxBackoff": "0.1s",
        "backoffMultiplier": 2,
        "retryableStatusCodes": ["UNAVAILABLE"],
    }
    return {
        "loadBalancingConfig": {"round_robin": {}},
        "methodConfigs": [
            {"name": [{"service": "QuoteService"}], "timeout": "1s", "retryPolicy": retries},
        ],
    }
