@aio.first_answer
async def first_answer(asks):
    tasks = [asyncio.create_task(ask()) for ask in asks]
    error = None
    try:
        for done in asyncio.as_completed(tasks):
            try:
                return await done
            except grpc.RpcError as failed:
                error = failed
        raise error
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
