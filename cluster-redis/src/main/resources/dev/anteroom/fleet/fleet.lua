-- Lends the slots of a fleet to its nodes. Redis runs one call at a time, so each call is one step of the protocol of
-- docs/fleet.md, which verification/model/fleet.pml checks. Needs Lua 5.1 without libraries, and Redis 6.2 or later.
--
--   KEYS[1]  a hash: the fleet
--   KEYS[2]  a hash: for each node, the slots lent to it and its last report
--   ARGV     beat NODE ... | leave NODE GENERATION NUMBER | gone NODE | limit N | view | check
--
-- The cost of a beat does not depend on the number of nodes, except for a beat that computes the level: the share of
-- each node, from the needs of all. The first beat after an interval that grows with the number of nodes computes it. A
-- node that joins or leaves does not; otherwise starting a fleet of n nodes would cost n times n.

local fleetKey, nodesKey = KEYS[1], KEYS[2]

local function whole(x)
  return string.format('%d', x)
end

-- The fleet -----------------------------------------------------------------------------------------------------------

local FIELDS = {
  'epoch',     -- changes when Redis may have lost writes
  'origin',    -- the process that wrote last, and the history of its data
  'writes',    -- number of writes; the nodes' key has the same number, unless one of the two was lost
  'time',      -- milliseconds, as the nodes measure them: see advance
  'began',     -- the time when the epoch began
  'settled',   -- nothing is granted before this time: nodes report slots that Redis may have forgotten, or lose them
  'lease',     -- milliseconds
  'limit', 'version', -- the limit, and the number of its changes
  'generation', 'drawn', -- the last generation given to a node, and when
  'reserved',  -- slots lent to all nodes together
  'count',     -- nodes
  'levelAt', 'band', 'level', 'spare', 'scale', -- see relevel
  'turnAt'     -- see spread
}

local TEXTS = { epoch = true, origin = true }

local function load()
  local values = redis.call('HMGET', fleetKey, unpack(FIELDS))
  local fleet = {}
  for i, field in ipairs(FIELDS) do
    if values[i] then
      fleet[field] = TEXTS[field] and values[i] or tonumber(values[i])
    end
  end
  return fleet
end

local function save(fleet)
  fleet.writes = fleet.writes + 1
  local flat = {}
  for _, field in ipairs(FIELDS) do
    local value = fleet[field]
    if type(value) == 'number' then
      value = value == math.floor(value) and whole(value) or string.format('%.9g', value)
    end
    if value then
      flat[#flat + 1] = field
      flat[#flat + 1] = value
    end
  end
  redis.call('HSET', fleetKey, unpack(flat))
  redis.call('HSET', nodesKey, '', whole(fleet.writes))
end

-- Advances the fleet's time. The clock of Redis is not read, because it may be set. Instead each answer contains the
-- time, and each question contains the time of the last answer plus the time that its node has measured since. So the
-- fleet's time never runs ahead of the nodes' own clocks. A clock that jumps gains a fifth of a lease at most, which is
-- why a lease ends that much later here than at its holder.
local function advance(fleet, claim)
  fleet.time = math.max(fleet.time, math.min(claim, fleet.time + math.floor(fleet.lease / 5)))
end

-- The end of a lease here: later than at its holder, which counts from before it asked.
local function leaseEnd(fleet)
  return fleet.time + fleet.lease + math.floor(fleet.lease / 5)
end

local function stamp(fleet)
  return '@' .. whole(fleet.time)
end

-- The nodes -----------------------------------------------------------------------------------------------------------

-- A node's record. extra: 1 if it has one of the slots that rounding leaves over; turns: the turns that it had with
-- such a slot, in thousandths, weighted by its share; fence: the last generation that was given out while the node was
-- certainly alive; left: 1 once it has left the fleet.
local NUMBERS = {
  'generation', 'number', 'lent', 'ends', 'served', 'waiting', 'need', 'weight', 'fallback', 'cut', 'extra', 'turns',
  'fence', 'left'
}

local function parse(text)
  local node = {}
  local i = 0
  for word in string.gmatch(text, '%S+') do
    i = i + 1
    node[NUMBERS[i] or 'classes'] = NUMBERS[i] and tonumber(word) or word
  end
  return node
end

local function put(name, node)
  local words = {}
  for i, field in ipairs(NUMBERS) do
    words[i] = whole(node[field])
  end
  words[#words + 1] = node.classes
  redis.call('HSET', nodesKey, name, table.concat(words, ' '))
end

local function find(name)
  local text = redis.call('HGET', nodesKey, name)
  return text and parse(text) or nil
end

local function all()
  local flat = redis.call('HGETALL', nodesKey)
  local nodes = {}
  for i = 1, #flat, 2 do
    if flat[i] ~= '' then
      nodes[flat[i]] = parse(flat[i + 1])
    end
  end
  return nodes
end

-- The shares ----------------------------------------------------------------------------------------------------------

-- The class of served connections, less urgent than every class of waiters: a free slot goes to the waiters first.
local SERVED = 2147483647

-- Returns a node's fallback, which other nodes never get, and its need beyond that by class. In a fleet ordered by
-- class the waiters of each class are a need of their own, and the served connections come last. Otherwise the need is
-- one number, for served and waiting connections together.
local function needs(fleet, node)
  local base = math.floor(node.fallback * fleet.scale)
  if node.classes == '-' then
    return base, { [0] = math.max(0, node.need - base) }
  end
  local wanted = {}
  for class, count in string.gmatch(node.classes, '(%d+):(%d+)') do
    wanted[tonumber(class)] = tonumber(count)
  end
  wanted[SERVED] = math.max(0, node.served - base)
  return base, wanted
end

-- The level to which an amount of water fills vessels of these widths and heights: the least L for which the sum of
-- min(height, L * width) is the amount.
local function fill(vessels, amount)
  local level = 0
  while true do
    local width = 0
    local rest = amount
    for _, vessel in ipairs(vessels) do
      if vessel.height <= level * vessel.width then
        rest = rest - vessel.height
      else
        width = width + vessel.width
      end
    end
    local higher = width == 0 and level or rest / width
    if higher <= level then
      return level
    end
    level = higher
  end
end

local function rounded(slots)
  local down = math.floor(slots + 1e-6)
  return down, math.max(0, slots - down)
end

-- Returns the whole slots that a node may have, the fraction lost by rounding, and whether the node could use more.
local function share(fleet, node)
  local slots, wanted = needs(fleet, node)
  local rest, unmet = 0, false
  for class, count in pairs(wanted) do
    if fleet.band < 0 or class < fleet.band then
      slots = slots + count
    elseif class == fleet.band then
      local part
      part, rest = rounded(math.min(count, fleet.level * node.weight))
      slots = slots + part
      unmet = part < count
    end
  end
  if fleet.band < 0 then
    local part
    part, rest = rounded(fleet.spare * node.weight)
    slots = slots + part
  end
  return slots, rest, unmet or fleet.band < 0
end

-- A node's share, plus a slot left over by rounding if the node has one. The targets of all nodes never exceed the
-- limit: after it was lowered, nodes give their excess back.
local function target(fleet, node)
  local slots, _, more = share(fleet, node)
  return more and slots + node.extra or slots
end

-- The time between two questions of a node in need, in milliseconds.
local function poll(fleet)
  return math.max(50, fleet.count / 4)
end

-- The number of polls for which a node keeps a slot left over by rounding while others want it.
local TURN = 20

-- Counts a turn for each node that had such a slot. A node counts as at most one turn ahead of the others; otherwise a
-- long service would exclude it for a long time.
local function countTurns(queue)
  local least
  for _, each in ipairs(queue) do
    each.had = each.node.lent > each.slots
    if each.had then
      each.node.turns = each.node.turns + math.floor(1000 / each.rest)
    end
    least = math.min(least or each.node.turns, each.node.turns)
  end
  for _, each in ipairs(queue) do
    each.node.turns = math.min(each.node.turns - least, math.floor(1000 / each.rest))
    each.changed = true
  end
end

-- Gives each slot left over by rounding to one node, which keeps it for a turn, and until it has been lent it. The next
-- node is the one that had the fewest turns for its share. So every node gets its share, however few slots there are.
local function spread(fleet, nodes, left)
  local queue = {}
  for name, node in pairs(nodes) do
    local slots, rest = share(fleet, node)
    if rest > 1e-4 then
      queue[#queue + 1] = { name = name, node = node, slots = slots, rest = rest }
    elseif node.extra == 1 then
      node.extra = 0
      put(name, node)
    end
  end
  local over = fleet.band >= 0 and fleet.time - fleet.turnAt >= TURN * poll(fleet)
  if over then
    fleet.turnAt = fleet.time
    countTurns(queue)
  end
  table.sort(queue, function(a, b)
    if not over and a.node.extra ~= b.node.extra then
      return a.node.extra > b.node.extra
    elseif a.node.turns ~= b.node.turns then
      return a.node.turns < b.node.turns
    elseif a.had ~= b.had then
      return b.had
    elseif a.node.extra ~= b.node.extra then
      return a.node.extra > b.node.extra
    end
    return a.name < b.name
  end)
  for i, each in ipairs(queue) do
    local extra = i <= left and 1 or 0
    if each.changed or extra ~= each.node.extra then
      each.node.extra = extra
      put(each.name, each.node)
    end
  end
end

-- Computes the level, and returns the nodes. band is the first class whose need is not met in full, or -1 if all needs
-- are; level is what a weight of 1 gets of that class; spare is what a weight of 1 gets beyond its need. Slots lent to
-- a silent node are not shared until the node reports, the operator declares it gone, or the time has passed by which
-- it promised to cut off its connections.
local function relevel(fleet)
  local nodes = all()
  local reserved, count, shared, weights, fallbacks = 0, 0, fleet.limit, 0, 0
  local heard = {}
  for name, node in pairs(nodes) do
    local lapsed = node.ends < fleet.time
    if lapsed and node.cut >= 0 and node.ends + node.cut < fleet.time and node.lent > node.fallback then
      node.lent = node.fallback
      put(name, node)
    end
    if lapsed and node.lent == 0 then
      redis.call('HDEL', nodesKey, name)
    elseif node.left == 0 then
      reserved = reserved + node.lent
      count = count + 1
      if lapsed then
        shared = shared - node.lent
      else
        heard[name] = node
        weights = weights + node.weight
        fallbacks = fallbacks + node.fallback
      end
    end
  end
  shared = math.max(0, shared)
  fleet.reserved, fleet.count, fleet.levelAt = reserved, count, fleet.time
  fleet.scale = fallbacks > shared and shared / fallbacks or 1
  fleet.band, fleet.level, fleet.spare = -1, 0, 0

  local bands, classes, rest = {}, {}, shared
  for _, node in pairs(heard) do
    local base, wanted = needs(fleet, node)
    rest = rest - base
    for class, height in pairs(wanted) do
      if not bands[class] then
        bands[class] = { total = 0 }
        classes[#classes + 1] = class
      end
      local band = bands[class]
      band.total = band.total + height
      band[#band + 1] = { width = node.weight, height = height }
    end
  end
  table.sort(classes)
  for _, class in ipairs(classes) do
    if bands[class].total > rest then
      fleet.band = class
      fleet.level = fill(bands[class], math.max(0, rest))
      break
    end
    rest = rest - bands[class].total
  end
  if fleet.band < 0 and weights > 0 then
    fleet.spare = math.max(0, rest) / weights
  end
  local left = shared
  for _, node in pairs(heard) do
    left = left - (share(fleet, node))
  end
  spread(fleet, heard, left)
  return nodes
end

-- Lost writes ---------------------------------------------------------------------------------------------------------

-- Identifies the process and the history of its data. A process that starts has a new run id. A replica that takes over
-- begins a new history, even if it was primary before: its data may be older than what it once wrote itself.
local function origin()
  local run = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
  local history = string.match(redis.call('INFO', 'replication'), 'master_replid:(%w+)')
  return (run or '?') .. '/' .. (history or '?')
end

-- Names a new epoch by more than the clock, which may stand still.
local function newEpoch(here)
  local time = redis.call('TIME')
  return table.concat({ here, time[1], time[2], ARGV[2] or '', ARGV[4] or '' }, '/')
end

-- Begins a new epoch if writes may be lost: if another process or history wrote last, if there are no data, or if one
-- of the two keys is missing or older. For the length of a lease nothing is granted; a node that holds slots and can
-- reach this Redis reports them in that time.
local function settle(fleet)
  local here = origin()
  if fleet.origin == here and redis.call('HGET', nodesKey, '') == whole(fleet.writes) then
    return
  end
  fleet.origin, fleet.epoch, fleet.began = here, newEpoch(here), fleet.time
  local longest = 0
  for name, node in pairs(all()) do
    node.ends = leaseEnd(fleet)
    longest = math.max(longest, node.cut)
    put(name, node)
  end
  fleet.settled = leaseEnd(fleet) + longest
  relevel(fleet)
  save(fleet)
end

-- The calls -----------------------------------------------------------------------------------------------------------

-- Loads the fleet, and begins a new epoch if writes may be lost. Returns nil if there is no fleet.
local function open()
  local fleet = load()
  if not fleet.limit then
    return nil
  end
  settle(fleet)
  return fleet
end

local function found(report)
  local fleet = {
    lease = report.lease, limit = report.limit, version = report.version, generation = 0, drawn = 0, reserved = 0,
    count = 0, writes = 0, time = 0, levelAt = 0, turnAt = 0
  }
  settle(fleet)
  return fleet
end

-- Draws a generation for a node that starts. Generations grow even if Redis has forgotten the last one.
local function draw(fleet)
  local time = redis.call('TIME')
  fleet.generation = math.max(fleet.generation + 1, tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000))
  fleet.drawn = fleet.time
  save(fleet)
  return { 'moved', fleet.epoch, whole(fleet.generation), stamp(fleet) }
end

-- Returns the answer to a report that is not taken, or nil. Starting a process asserts that its namesake is gone, but
-- only a namesake that has been silent since. A process that started while its namesake was alive waits until the
-- namesake leaves or is declared gone, however long it is silent.
local function refusal(fleet, known, report)
  if report.time < fleet.time - fleet.lease - math.floor(fleet.lease / 5) then
    return { 'stale', stamp(fleet) } -- it was under way for so long that its node would ignore the answer
  elseif not known then
    return nil
  elseif report.generation == known.generation then
    return report.number <= known.number and { 'stale', stamp(fleet) } or nil
  elseif report.generation < known.generation then
    -- A namesake without slots may have been the first to reach a Redis that has lost its data.
    local returns = fleet.time < fleet.settled and report.lent > 0 and known.lent == 0
    return not returns and { 'superseded' } or nil
  elseif known.left == 0 and report.lent == 0 and (known.ends >= fleet.time or report.generation <= known.fence) then
    return { 'taken', whole(math.max(0, known.ends - fleet.time)), stamp(fleet) }
  end
  return nil
end

-- Builds a node's record from its report and its previous record.
local function record(fleet, known, report)
  if report.generation > fleet.generation then
    fleet.generation, fleet.drawn = report.generation, fleet.time
  end
  local node = {}
  for _, field in ipairs({
    'generation', 'number', 'lent', 'served', 'waiting', 'need', 'weight', 'fallback', 'cut', 'classes' }) do
    node[field] = report[field]
  end
  node.ends, node.left = leaseEnd(fleet), 0
  node.extra, node.turns = known and known.extra or 0, known and known.turns or 0
  local alive = math.min(report.time, fleet.time) > fleet.drawn -- it asked after the last generation was given out
  node.fence = alive and fleet.generation or known and known.fence or 0
  return node
end

-- Takes a report, and returns STATUS EPOCH GENERATION LENT TARGET LIMIT VERSION POLL-MS SETTLING NODES @TIME.
local function beat(report)
  local fleet = open() or found(report)
  if fleet.lease ~= report.lease then
    return { 'lease', whole(fleet.lease) }
  elseif report.generation == 0 then
    return draw(fleet)
  elseif report.epoch ~= fleet.epoch then
    return { 'moved', fleet.epoch, whole(report.generation), stamp(fleet) }
  end
  advance(fleet, report.time)
  local known = find(report.name)
  local refused = refusal(fleet, known, report)
  if refused then
    save(fleet)
    return refused
  end
  if report.version > fleet.version then
    fleet.limit, fleet.version = report.limit, report.version
  end

  local node = record(fleet, known, report)
  fleet.reserved = fleet.reserved + node.lent - (known and known.lent or 0)
  fleet.count = fleet.count + ((known and known.left == 0) and 0 or 1)
  put(report.name, node)
  if fleet.time - fleet.levelAt >= fleet.count / 10 then
    node = relevel(fleet)[report.name]
  end
  local may = target(fleet, node)
  local settling = fleet.time < fleet.settled
  if settling then
    fleet.settled = math.max(fleet.settled, fleet.began + leaseEnd(fleet) - fleet.time + node.cut)
  end
  local granted = settling and 0 or math.max(0, math.min(may - node.lent, fleet.limit - fleet.reserved))
  if granted > 0 then
    node.lent = node.lent + granted
    fleet.reserved = fleet.reserved + granted
    put(report.name, node)
  end
  save(fleet)
  return {
    'ok', fleet.epoch, whole(node.generation), whole(node.lent), whole(may), whole(fleet.limit), whole(fleet.version),
    whole(poll(fleet)), settling and '1' or '0', whole(fleet.count), stamp(fleet)
  }
end

-- Frees the slots of a node that leaves and serves no connection. Its record stays for as long as an earlier report may
-- be under way.
local function leave(name, generation, number)
  local fleet = open()
  local node = fleet and find(name)
  if not node or node.generation ~= generation or node.left == 1 then
    return { 'unknown' }
  end
  fleet.reserved, fleet.count = fleet.reserved - node.lent, fleet.count - 1
  node.lent, node.number, node.left, node.ends = 0, number, 1, leaseEnd(fleet)
  put(name, node)
  save(fleet)
  return { 'ok' }
end

-- Removes a node that the operator declares gone, unless its lease still lasts.
local function gone(name)
  local fleet = open()
  local node = fleet and find(name)
  if not node or node.left == 1 then
    return { 'unknown' }
  elseif node.ends >= fleet.time then
    return { 'alive', whole(node.ends - fleet.time) }
  end
  redis.call('HDEL', nodesKey, name)
  fleet.reserved, fleet.count = fleet.reserved - node.lent, fleet.count - 1
  save(fleet)
  return { 'ok' }
end

local function changeLimit(limit)
  local fleet = open()
  if not fleet then
    return { 'unknown' }
  end
  fleet.limit, fleet.version = limit, fleet.version + 1
  relevel(fleet)
  save(fleet)
  return { 'ok' }
end

-- Returns LIMIT LENT SETTLING-MS, then for each node NAME LENT SERVED WAITING WEIGHT FALLBACK LEASE-MS, of which the
-- last is negative once the lease has ended.
local function view()
  local fleet = load()
  if not fleet.limit then
    return { 'unknown' }
  end
  local out = { 'ok', whole(fleet.limit), whole(fleet.reserved), whole(math.max(0, fleet.settled - fleet.time)) }
  for name, node in pairs(all()) do
    if node.left == 0 then
      for _, value in ipairs({
        name, whole(node.lent), whole(node.served), whole(node.waiting), whole(node.weight), whole(node.fallback),
        whole(node.ends - fleet.time) }) do
        out[#out + 1] = value
      end
    end
  end
  return out
end

local ARGUMENTS = {
  'name', 'generation', 'number', 'epoch', 'lent', 'served', 'waiting', 'need', 'weight', 'fallback', 'cut', 'classes',
  'lease', 'limit', 'version', 'time'
}
local WORDS = { name = true, epoch = true, classes = true }

local function readReport(words)
  local report = {}
  for i, field in ipairs(ARGUMENTS) do
    report[field] = WORDS[field] and words[i] or tonumber(words[i])
  end
  return report
end

local function removeProbe()
  redis.call('HDEL', fleetKey, unpack(FIELDS))
  redis.call('HDEL', nodesKey, '')
  redis.call('HDEL', nodesKey, 'probe')
end

-- Checks that this Redis is fit for the script: that the fleet's keys may be read and written, and that every call
-- works, on keys that are removed afterwards.
local function check()
  load()
  find('-')
  redis.call('HDEL', fleetKey, '-')
  redis.call('HDEL', nodesKey, '-')
  fleetKey, nodesKey = KEYS[3], KEYS[4]
  removeProbe()
  local words = { 'probe', 0, 1, '-', 0, 0, 0, 1, 1, 0, -1, '0:1', 1000, 1, 0, 0 }
  local moved = beat(readReport(words))
  words[2], words[4] = tonumber(moved[3]), moved[2]
  beat(readReport(words))
  changeLimit(1)
  view()
  gone('probe')
  leave('probe', words[2], 2)
  removeProbe()
  return string.find(moved[2], '?', 1, true) and { 'blind' } or { 'ok' }
end

local call = ARGV[1]
if call == 'beat' then
  return beat(readReport({ unpack(ARGV, 2) }))
elseif call == 'leave' then
  return leave(ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]))
elseif call == 'gone' then
  return gone(ARGV[2])
elseif call == 'limit' then
  return changeLimit(tonumber(ARGV[2]))
elseif call == 'check' then
  return check()
end
return view()
