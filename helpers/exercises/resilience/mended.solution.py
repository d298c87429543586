@resilience.mended
def service_config():
    retries = {
        "maxAttempts": 4,
        "initialBackoff": "0.02s",
        "maxBackoff": "0.1s",
        "backoffMultiplier": 2,
        "retryableStatusCodes": ["UNAVAILABLE"],
    }
    return {
        "loadBalancingConfig": [{"round_robin": {}}],
        "methodConfig": [
            {"name": [{"service": "courier.v1.QuoteService"}], "retryPolicy": retries},
        ],
    }
