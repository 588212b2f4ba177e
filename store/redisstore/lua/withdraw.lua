-- Takes a slot out of its diary, unless somebody has it. The mark of its row
-- stays, so that the same file does not bring it back.
--
-- KEYS[1] -> ll:{k:<clinic>}:did:<request>     string
-- KEYS[2] -> ll:{k:<clinic>}:slots             hash
-- KEYS[3] -> ll:{k:<clinic>}:free              sorted set
-- KEYS[4] -> ll:{k:<clinic>}:free:<clinician>  sorted set
-- KEYS[5] -> ll:{k:<clinic>}:all               sorted set
-- KEYS[6] -> ll:{k:<clinic>}:booked            hash
-- KEYS[7] -> ll:{k:<clinic>}:holds             hash
-- ARGV[1] -> fingerprint of the request
-- ARGV[2] -> how long the outcome is kept, in ms
-- ARGV[3] -> slot id
-- ARGV[4] -> the slot as it was read
-- ARGV[5] -> its member of free and all
-- Returns what was done, now or before: done, or taken; or changed, if the slot
-- is not as it was read.
local was = redis.call('GET', KEYS[1])
if was then return was end
if redis.call('HGET', KEYS[2], ARGV[3]) ~= ARGV[4] then return 'changed' end
local done = ARGV[1] .. ':taken:'
if redis.call('HEXISTS', KEYS[6], ARGV[3]) == 0 then
  done = ARGV[1] .. ':done:'
  for i = 3, 5 do redis.call('ZREM', KEYS[i], ARGV[5]) end
  redis.call('HDEL', KEYS[2], ARGV[3])
  redis.call('HDEL', KEYS[7], ARGV[3])
end
redis.call('SET', KEYS[1], done, 'PX', ARGV[2])
return done
