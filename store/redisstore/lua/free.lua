-- Frees the slot of an appointment. What is to be done elsewhere is left as an
-- intent.
--
-- KEYS[1] -> ll:{k:<clinic>}:did:<request>     string
-- KEYS[2] -> ll:{k:<clinic>}:slots             hash
-- KEYS[3] -> ll:{k:<clinic>}:free              sorted set
-- KEYS[4] -> ll:{k:<clinic>}:free:<clinician>  sorted set
-- KEYS[5] -> ll:{k:<clinic>}:booked            hash
-- KEYS[6] -> ll:{k:<clinic>}:intent:<request>  string
-- ARGV[1] -> fingerprint of the request
-- ARGV[2] -> how long the outcome is kept, in ms
-- ARGV[3] -> slot id
-- ARGV[4] -> the slot's member of free
-- ARGV[5] -> the appointment's name in this diary
-- ARGV[6] -> sealed intent, or ''
-- ARGV[7] -> 1 if it is only rehearsed, for a decoy: the diary stays as it is
-- Returns what was done, now or before: done, or none if the appointment has
-- not got the slot.
local was = redis.call('GET', KEYS[1])
if was then return was end
local done = ARGV[1] .. ':none:'
if ARGV[7] == '1' then
  done = ARGV[1] .. ':done:'
  if ARGV[6] ~= '' then redis.call('SET', KEYS[6], ARGV[6]) end
  redis.call('SET', KEYS[1], done, 'PX', ARGV[2])
  return done
end
local b = redis.call('HGET', KEYS[5], ARGV[3])
if b and string.sub(b, 1, #ARGV[5] + 1) == ARGV[5] .. '|' then
  done = ARGV[1] .. ':done:'
  if ARGV[6] ~= '' then redis.call('SET', KEYS[6], ARGV[6]) end
  redis.call('HDEL', KEYS[5], ARGV[3])
  if redis.call('HEXISTS', KEYS[2], ARGV[3]) == 1 then
    redis.call('ZADD', KEYS[3], 0, ARGV[4])
    redis.call('ZADD', KEYS[4], 0, ARGV[4])
  end
end
redis.call('SET', KEYS[1], done, 'PX', ARGV[2])
return done
