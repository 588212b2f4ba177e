-- Reads a page of the open tasks, in order.
--
-- KEYS[1] -> ll:{tasks}:open  sorted set
-- KEYS[2] -> ll:{tasks}:task  hash
-- ARGV[1] -> where it begins, as of ZRANGEBYLEX
-- ARGV[2] -> how many at most
-- Returns {id, sealed task, id, sealed task, ...}.
local out = {}
for _, m in ipairs(redis.call('ZRANGEBYLEX', KEYS[1], ARGV[1], '+', 'LIMIT', 0, ARGV[2])) do
  local id = string.match(m, '|(.*)')
  out[#out + 1] = id
  out[#out + 1] = redis.call('HGET', KEYS[2], id) or ''
end
return out
