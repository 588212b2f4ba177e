-- Reads a page of a diary, in order of start.
--
-- KEYS[1] -> ll:{k:<clinic>}:all     sorted set
-- KEYS[2] -> ll:{k:<clinic>}:slots   hash
-- KEYS[3] -> ll:{k:<clinic>}:booked  hash
-- KEYS[4] -> ll:{k:<clinic>}:holds   hash
-- ARGV[1] -> bound at which to begin, as of ZRANGEBYLEX
-- ARGV[2] -> how many at most
-- Returns {slot id, slot, booking, hold, slot id, ...}; what is not there is ''.
local out = {}
for _, m in ipairs(redis.call('ZRANGEBYLEX', KEYS[1], ARGV[1], '+', 'LIMIT', 0, ARGV[2])) do
  local id = string.sub(m, 15)
  out[#out + 1] = id
  for i = 2, 4 do out[#out + 1] = redis.call('HGET', KEYS[i], id) or '' end
end
return out
