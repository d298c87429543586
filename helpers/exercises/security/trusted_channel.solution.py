@security.trusted_channel
def connect(address, ca_certificate, private_key, certificate):
    credentials = grpc.ssl_channel_credentials(ca_certificate, private_key, certificate)
    return grpc.secure_channel(address, credentials)
