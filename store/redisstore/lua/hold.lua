-- Holds a free slot for somebody.
--
-- KEYS[1] -> ll:{k:<clinic>}:did:<request>  string
-- KEYS[2] -> ll:{k:<clinic>}:slots          hash
-- KEYS[3] -> ll:{k:<clinic>}:free           sorted set
-- KEYS[4] -> ll:{k:<clinic>}:holds          hash
-- ARGV[1] -> fingerprint of the request
-- ARGV[2] -> how long the outcome is kept, in ms
-- ARGV[3] -> slot id
-- ARGV[4] -> the slot's member of free
-- ARGV[5] -> the slot as it was read
-- ARGV[6] -> now, in unix ms, 13 digits
-- ARGV[7] -> until when it is held, likewise
-- ARGV[8] -> name of the holder
-- ARGV[9] -> name of the holder's conversation
-- ARGV[10] -> verdict where it is held: done or clash
-- ARGV[11] -> sealed payload of that
-- ARGV[12] -> until when a hold may last at most, in unix ms: one that seems to
--             last longer was made before the clock jumped back, and is over
-- ARGV[13] -> 1 if it is only rehearsed, for a decoy: nothing is changed
-- Returns what was done, now or before; or 'changed' if the slot is not as read.
local was = redis.call('GET', KEYS[1])
if was then return was end
if redis.call('HGET', KEYS[2], ARGV[3]) ~= ARGV[5] then return 'changed' end
local done
local hold = redis.call('HGET', KEYS[4], ARGV[3])
local lasts = hold and tonumber(string.sub(hold, 1, 13)) or 0
if not redis.call('ZSCORE', KEYS[3], ARGV[4])
  or tonumber(string.sub(ARGV[4], 1, 13)) <= tonumber(ARGV[6])
  or tonumber(ARGV[6]) < lasts and lasts <= tonumber(ARGV[12]) and string.sub(hold, 14, 35) ~= ARGV[8] then
  done = ARGV[1] .. ':taken:'
else
  if ARGV[13] ~= '1' then redis.call('HSET', KEYS[4], ARGV[3], ARGV[7] .. ARGV[8] .. ARGV[9]) end
  done = ARGV[1] .. ':' .. ARGV[10] .. ':' .. ARGV[11]
end
redis.call('SET', KEYS[1], done, 'PX', ARGV[2])
return done
