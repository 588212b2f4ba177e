-- Settles a move between two diaries in the new one, once it is known whether
-- the old slot was let go. If it was not there any more, the new one is undone.
--
-- KEYS[1] -> ll:{k:<clinic>}:did:<request>     string
-- KEYS[2] -> ll:{k:<clinic>}:slots             hash
-- KEYS[3] -> ll:{k:<clinic>}:free              sorted set
-- KEYS[4] -> ll:{k:<clinic>}:free:<clinician>  sorted set
-- KEYS[5] -> ll:{k:<clinic>}:booked            hash
-- ARGV[1] -> fingerprint of the request
-- ARGV[2] -> how long the outcome is kept, in ms
-- ARGV[3] -> verdict: done, or none
-- ARGV[4] -> sealed payload of that, or ''
-- ARGV[5] -> slot id
-- ARGV[6] -> the slot's member of free
-- ARGV[7] -> the appointment's name in this diary
-- Returns what was settled, now or before.
local was = redis.call('GET', KEYS[1])
local waiting = ARGV[1] .. ':pending:'
if was and string.sub(was, 1, #waiting) ~= waiting then return was end
if ARGV[3] == 'none' then
  local b = redis.call('HGET', KEYS[5], ARGV[5])
  if b and string.sub(b, 1, #ARGV[7] + 1) == ARGV[7] .. '|' then
    redis.call('HDEL', KEYS[5], ARGV[5])
    if redis.call('HEXISTS', KEYS[2], ARGV[5]) == 1 then
      redis.call('ZADD', KEYS[3], 0, ARGV[6])
      redis.call('ZADD', KEYS[4], 0, ARGV[6])
    end
  end
end
local done = ARGV[1] .. ':' .. ARGV[3] .. ':' .. ARGV[4]
redis.call('SET', KEYS[1], done, 'PX', ARGV[2])
return done
