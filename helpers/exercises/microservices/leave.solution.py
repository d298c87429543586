@microservices.leave
def leave(checks, server):
    checks.enter_graceful_shutdown()
    time.sleep(0.3)
    server.stop(grace=5).wait()
