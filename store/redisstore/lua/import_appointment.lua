-- Books an imported appointment into its slot, once and for all: one that was
-- let go since does not come back. The person's list is left as an intent.
--
-- KEYS[1] -> ll:{k:<clinic>}:slots             hash
-- KEYS[2] -> ll:{k:<clinic>}:all               sorted set
-- KEYS[3] -> ll:{k:<clinic>}:free              sorted set
-- KEYS[4] -> ll:{k:<clinic>}:free:<clinician>  sorted set
-- KEYS[5] -> ll:{k:<clinic>}:holds             hash
-- KEYS[6] -> ll:{k:<clinic>}:booked            hash
-- KEYS[7] -> ll:{k:<clinic>}:imports           hash
-- KEYS[8] -> ll:{k:<clinic>}:intent:<request>  string
-- ARGV[1] -> slot id
-- ARGV[2] -> the slot, should it not be there yet
-- ARGV[3] -> its member of free
-- ARGV[4] -> the appointment's name in this diary
-- ARGV[5] -> sealed person id
-- ARGV[6] -> sealed intent
-- ARGV[7] -> now, in unix ms
-- ARGV[8] -> name of the holder: the import
-- ARGV[9] -> until when a hold may last at most, as in hold.lua
-- Returns new, same, taken; or left, if it is there and its intent too.
local past = redis.call('HGET', KEYS[7], ARGV[1]) or ''
if string.find(past, '|' .. ARGV[4], 1, true) then
  if redis.call('EXISTS', KEYS[8]) == 1 then return 'left' end
  return 'same'
end
local hold = redis.call('HGET', KEYS[5], ARGV[1])
local lasts = hold and tonumber(string.sub(hold, 1, 13)) or 0
if redis.call('HEXISTS', KEYS[6], ARGV[1]) == 1
  or tonumber(ARGV[7]) < lasts and lasts <= tonumber(ARGV[9]) and string.sub(hold, 14, 35) ~= ARGV[8] then
  return 'taken'
end
redis.call('SET', KEYS[8], ARGV[6])
redis.call('HSET', KEYS[7], ARGV[1], past .. '|' .. ARGV[4])
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
  redis.call('ZADD', KEYS[2], 0, ARGV[3])
end
redis.call('ZREM', KEYS[3], ARGV[3])
redis.call('ZREM', KEYS[4], ARGV[3])
redis.call('HDEL', KEYS[5], ARGV[1])
redis.call('HSET', KEYS[6], ARGV[1], ARGV[4] .. '|' .. ARGV[5])
return 'new'
