@security.hot_reload
def reloading(folder):
    def fetch():
        key, chain = (folder / "key.pem").read_bytes(), (folder / "chain.pem").read_bytes()
        return grpc.ssl_server_certificate_configuration([(key, chain)])

    return grpc.dynamic_ssl_server_credentials(fetch(), fetch)
