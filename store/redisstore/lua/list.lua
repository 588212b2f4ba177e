-- Reads a page of a person's appointments, in order.
--
-- KEYS[1] -> ll:{p:<name>}:order  sorted set
-- KEYS[2] -> ll:{p:<name>}:appts  hash
-- ARGV[1], ARGV[2] -> bounds, as of ZRANGEBYLEX
-- ARGV[3] -> how many at most
-- Returns {id, sealed appointment, id, sealed appointment, ...}.
local out = {}
for _, m in ipairs(redis.call('ZRANGEBYLEX', KEYS[1], ARGV[1], ARGV[2], 'LIMIT', 0, ARGV[3])) do
  local id = string.sub(m, 15)
  out[#out + 1] = id
  out[#out + 1] = redis.call('HGET', KEYS[2], id) or ''
end
return out
