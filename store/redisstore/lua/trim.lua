-- Takes the lines that were chained, or copied, out of a list.
--
-- KEYS[1] -> ll:{c:<shard>}:outbox, or :copies  list of "<number>|<sealed line>"
-- KEYS[2] -> ll:{c:<shard>}:copies, where they are to be copied
-- ARGV[1] -> number of the last line to take out
-- Returns how many were taken out.
local taken, last = 0, tonumber(ARGV[1])
local head = redis.call('LINDEX', KEYS[1], 0)
while head and tonumber(string.match(head, '^%d+')) <= last do
  redis.call('LPOP', KEYS[1])
  if KEYS[2] then redis.call('RPUSH', KEYS[2], head) end
  taken = taken + 1
  head = redis.call('LINDEX', KEYS[1], 0)
end
return taken
