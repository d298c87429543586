@microservices.may_repeat
def service_config():
    methods = [
        {"service": "courier.v1.QuoteService", "method": "GetQuote"},
        {"service": "courier.v1.BillingService", "method": "Charge"},
    ]
    policy = {
        "maxAttempts": 3,
        "initialBackoff": "0.01s",
        "maxBackoff": "0.1s",
        "backoffMultiplier": 2,
        "retryableStatusCodes": ["UNAVAILABLE"],
    }
    again = [{"name": methods, "retryPolicy": policy}]
    config = {"loadBalancingConfig": [{"round_robin": {}}], "methodConfig": again}
    return json.dumps(config)
