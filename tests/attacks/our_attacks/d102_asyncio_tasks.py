# d102 | task=add | required=pass | asyncio with tasks, a queue and time limits
import asyncio
async def part(x):
    await asyncio.sleep(0.01)
    return x
async def both(a, b):
    return sum(await asyncio.wait_for(asyncio.gather(part(a), part(b)), 5))
def add(a, b):
    return asyncio.run(both(a, b))
