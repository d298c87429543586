@reflection_health_channelz.failed_calls
def failed_calls(inside, address):
    failed, start, endings = 0, 0, (f":///{address}", f":{address}")
    while True:
        request = channelz_pb2.GetTopChannelsRequest(start_channel_id=start)
        page = inside.GetTopChannels(request, timeout=1)
        failed += sum(each.data.calls_failed for each in page.channel if each.data.target.endswith(endings))
        if page.end:
            return failed
        start = page.channel[-1].ref.channel_id + 1
