@security.renewing_token
def token_plugin(login, clock):
    token, until = "", float("-inf")

    def plugin(context, callback):
        nonlocal token, until
        try:
            if until - clock() < 10:
                token, seconds = login()
                until = clock() + seconds
        except Exception as error:
            callback((), error)
        else:
            callback((("authorization", f"Bearer {token}"),), None)

    return plugin
