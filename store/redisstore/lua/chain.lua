-- Appends lines to a subject's ledger, if it still ends as it was read. A line
-- that was taken from its outbox before is not taken again.
--
-- KEYS[1] -> ll:{p:<name>}:ledger   list of "<number>|<link>|<sealed line>"
-- KEYS[2] -> ll:{p:<name>}:chained  hash outbox shard -> number of the last line taken,
--                                   "end" -> mark of the ledger's end
-- ARGV[1] -> how many entries the ledger had
-- ARGV[2] -> the outbox's shard
-- ARGV[3] -> number, in the outbox, of the last line that had been taken from it
-- ARGV[4] -> number, in the outbox, of the last line here
-- ARGV[5] -> the new mark of the end, or "" to leave the mark as it is
-- ARGV[6...] -> entries
-- Returns 1, or 0 if the ledger is not as it was read.
if redis.call('LLEN', KEYS[1]) ~= tonumber(ARGV[1]) then return 0 end
if (redis.call('HGET', KEYS[2], ARGV[2]) or '0') ~= ARGV[3] then return 0 end
for i = 6, #ARGV do redis.call('RPUSH', KEYS[1], ARGV[i]) end
redis.call('HSET', KEYS[2], ARGV[2], ARGV[4])
if ARGV[5] ~= '' then redis.call('HSET', KEYS[2], 'end', ARGV[5]) end
return 1
