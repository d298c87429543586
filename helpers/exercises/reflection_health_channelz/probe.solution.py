@reflection_health_channelz.probe
def probe(own_health, service, before, ping):
    try:
        ping()
    except Exception:
        status = health_pb2.HealthCheckResponse.NOT_SERVING
    else:
        status = health_pb2.HealthCheckResponse.SERVING
    if status != before:
        own_health.set(service, status)
    return status
