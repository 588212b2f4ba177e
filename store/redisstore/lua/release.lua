-- Lets go of a slot that a conversation holds.
--
-- KEYS[1] -> ll:{k:<clinic>}:did:<request>  string
-- KEYS[2] -> ll:{k:<clinic>}:holds          hash
-- ARGV[1] -> fingerprint of the request
-- ARGV[2] -> how long the outcome is kept, in ms
-- ARGV[3] -> slot id
-- ARGV[4] -> names of the holder and of their conversation
-- Returns what was done, now or before.
local was = redis.call('GET', KEYS[1])
if was then return was end
local hold = redis.call('HGET', KEYS[2], ARGV[3])
if hold and string.sub(hold, 14) == ARGV[4] then redis.call('HDEL', KEYS[2], ARGV[3]) end
local done = ARGV[1] .. ':done:'
redis.call('SET', KEYS[1], done, 'PX', ARGV[2])
return done
