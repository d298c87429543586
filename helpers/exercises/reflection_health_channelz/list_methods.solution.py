@reflection_health_channelz.list_methods
def list_methods(channel):
    database = ProtoReflectionDescriptorDatabase(channel)
    pool, paths = DescriptorPool(database), []
    for name in database.get_services():
        if name == reflection.SERVICE_NAME:
            continue
        try:
            service = pool.FindServiceByName(name)
        except KeyError:
            continue
        paths += [f"/{name}/{method.name}" for method in service.methods]
    return sorted(paths)
