@aio.limited
async def ask_all(ask, weights, most):
    places = asyncio.Semaphore(most)

    async def one(weight_grams):
        async with places:
            return await ask(weight_grams)

    return await asyncio.gather(*(one(weight_grams) for weight_grams in weights))
