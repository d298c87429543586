@reflection_health_channelz.dynamic_call
def call(channel, method, fields):
    service, name = method.split("/")
    pool = DescriptorPool(ProtoReflectionDescriptorDatabase(channel))
    found = pool.FindServiceByName(service).methods_by_name[name]
    Request, Response = GetMessageClass(found.input_type), GetMessageClass(found.output_type)
    call = channel.unary_unary(f"/{method}", Request.SerializeToString, Response.FromString)
    request = json_format.ParseDict(fields, Request())
    return json_format.MessageToDict(call(request))
