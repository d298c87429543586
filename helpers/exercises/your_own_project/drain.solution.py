@your_own_project.drain
def run(server, grace):
    def leave(number, frame):
        server.stop(grace)

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    server.start()
    server.wait_for_termination()
