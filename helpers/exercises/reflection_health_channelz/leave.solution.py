@reflection_health_channelz.leave
def leave(server, own_health, notice, grace):
    own_health.enter_graceful_shutdown()
    time.sleep(notice)
    server.stop(grace).wait()
