-- Clears a slot that is over out of its diary.
--
-- KEYS[1] -> ll:{k:<clinic>}:all               sorted set
-- KEYS[2] -> ll:{k:<clinic>}:free              sorted set
-- KEYS[3] -> ll:{k:<clinic>}:free:<clinician>  sorted set
-- KEYS[4...] -> ll:{k:<clinic>}: slots, rows, holds, booked, imports, offers  hashes
-- ARGV[1] -> slot id
-- ARGV[2] -> its member of all
-- Returns 1.
for i = 1, 3 do redis.call('ZREM', KEYS[i], ARGV[2]) end
for i = 4, #KEYS do redis.call('HDEL', KEYS[i], ARGV[1]) end
return 1
