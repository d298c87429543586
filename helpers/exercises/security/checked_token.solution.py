@security.checked_token
def user_of(token, public_key):
    claims = jwt.decode(
        token,
        public_key,
        algorithms=["ES256"],
        audience="parcels",
        issuer="login.courier.example",
        options={"require": ["exp", "sub"]},
    )
    return claims["sub"]
