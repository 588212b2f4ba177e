-- Takes imported slots into their diary. A slot that is booked stays as it is.
--
-- KEYS[1] -> ll:{k:<clinic>}:slots             hash
-- KEYS[2] -> ll:{k:<clinic>}:rows              hash
-- KEYS[3] -> ll:{k:<clinic>}:all               sorted set
-- KEYS[4] -> ll:{k:<clinic>}:free              sorted set
-- KEYS[5] -> ll:{k:<clinic>}:free:<clinician>  sorted set
-- KEYS[6] -> ll:{k:<clinic>}:free:<clinician>  of the slots as they were; else as KEYS[5]
-- KEYS[7] -> ll:{k:<clinic>}:booked            hash
-- KEYS[8] -> ll:{k:<clinic>}:holds             hash
-- ARGV[1] -> number of the import
-- ARGV[2...7], ... -> of each slot: its id; the fingerprint of its row; the
--   slot; its member of free; the slot as it was read, or ''; its member of
--   free then
-- Returns, for each slot, new, changed, same; or again, if it is not as read.
local function take(id, print, slot, member, old, oldmember)
  local mark = redis.call('HGET', KEYS[2], id)
  local fresh = ARGV[1] .. '|' .. print
  if mark then
    if tonumber(string.match(mark, '^%d+')) > tonumber(ARGV[1]) then return 'same' end
    if string.match(mark, '|(.*)$') == print then
      redis.call('HSET', KEYS[2], id, fresh)
      return 'same'
    end
  end
  local was = redis.call('HGET', KEYS[1], id) or ''
  if was ~= old then return 'again' end
  local booked = redis.call('HEXISTS', KEYS[7], id) == 1
  if booked and was ~= slot then return 'same' end
  redis.call('HSET', KEYS[2], id, fresh)
  redis.call('HSET', KEYS[1], id, slot)
  if was ~= '' and was ~= slot then
    redis.call('ZREM', KEYS[3], oldmember)
    redis.call('ZREM', KEYS[4], oldmember)
    redis.call('ZREM', KEYS[6], oldmember)
    redis.call('HDEL', KEYS[8], id)
  end
  redis.call('ZADD', KEYS[3], 0, member)
  if not booked then
    redis.call('ZADD', KEYS[4], 0, member)
    redis.call('ZADD', KEYS[5], 0, member)
  end
  if mark then return 'changed' end
  return 'new'
end

local out = {}
for i = 2, #ARGV, 6 do
  out[#out + 1] = take(ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4], ARGV[i + 5])
end
return out
