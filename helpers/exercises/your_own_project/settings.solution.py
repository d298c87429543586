@your_own_project.settings
def settings(environ):
    found = []
    for name, kind, default in (("PORT", int, "50051"), ("GRACE_SECONDS", float, "5")):
        text = environ.get(name, default)
        try:
            value = kind(text)
        except ValueError:
            value = -1
        if value < 0:
            raise ValueError(f"{name} cannot be {text!r}")
        found.append(value)
    return tuple(found)
