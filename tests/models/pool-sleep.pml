/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* How a pool's workers go to sleep, and who wakes them: src/exec/my-idle.c, my-pool-spawn.c and my-worker-loop.c.
 *
 * One atomic word counts who is awake, and who of those searches (looks for work and has none). The state lock guards
 * the list of sleepers. Whoever makes work calls notify(), which does nothing as long as somebody searches or as many
 * are awake as may be: what was pushed is then left to those, and the protocol's whole burden is that they find it.
 * It rests on one rule: who takes the count of those awake down, for whatever reason, and leaves nobody searching,
 * looks at all queues once more, after that, and calls notify() if there is anything.
 *
 *   producer         my_pool_push(): claims an index of the injection queue (the CAS of my_task_queue_push()), writes
 *                    the slot, notify()
 *   notify()         my_pool_notify(): a look at the word, without the lock; my_pool_wake_one(): the lock, the word again,
 *                    changed in one step, a sleeper off the list or a new OS thread, unlock, unpark
 *   refused()        what my_pool_wake_one() does when the system has no OS thread for it: make_up_for_refused_locked()
 *   keeper           ask_again(), called by some thread that waits in the library, or by the main loop, as long as a birth is owed
 *   look()           my_pool_has_work(), and notify() if there is any
 *   take()           find(): the injection queue, then the deques
 *   worker           work(). Found something while it searched: end_search(). Nothing found: begin_to_search(), or
 *                    sleep_or_leave() at once: how many may search is up to the implementation, so both happen here
 *   sleep, park      sleep_or_leave(): one less awake and on the list; look(); until it is off the list, for a token may be
 *                    one that came late. Who leaves somebody searching need not look, and may
 *   block()          block() and unblock(), which every wait of the library calls on a worker (compensation)
 *   FORK, LOOP       my_deque_push() and my_parallel_invite(): without an order between them, and with the fence that
 *                    a loop needs there, which has only this one chance to be seen
 *
 * A change of the word in one step is a compare-and-exchange loop in C. What can be seen in between, since the word
 * and the queues are read without the lock, is a step of its own here too.
 *
 * Some tasks wait for another one to have been run, since that tells a task that runs late from one that never does:
 *   BLOCK  waits in the library: the pool is told, so somebody has to take its place.
 *   HOG    waits without telling the pool (a spin lock, a socket, somebody else's barrier) and uses up one of the M.
 *          With less than M of them all the others must run all the same: the pool is work-conserving.
 *   FORK   pushes to its own deque, and joins: takes its child back, or blocks until the thief is done.
 *   LOOP   pushes to its own deque, and waits like a HOG for some other worker to steal it.
 * And some are none:
 *   DEAD   a ticket whose thread its joiner has run: who searches drops it, and goes on searching.
 *
 * Proved: all tasks are run, and then all workers sleep or are gone, with nobody counted as awake; nobody is counted as
 * awake beyond M but for those who went on after a block; no more OS threads are asked for than M and one for each
 * that blocks.
 *
 * Bounds: M, the tasks and their kinds as the configurations say; two producers. IDLE_LIMIT: a worker may leave whenever
 * it is parked. LATE_TOKENS: one token that means nothing, at any time. REFUSALS: the system may refuse any OS
 * thread but the first, which does not leave. RETRY: it may do so once, and is asked again. STORE_BUFFER: what is pushed to a deque is seen late,
 * unless there is a fence; the heavy fence of sleep_or_leave() is left out, so that what is proved needs it nowhere.
 */

#if defined BREAK_only_the_last_searcher_looks || defined BREAK_who_sleeps_does_not_look || defined BREAK_block_does_not_look
#define BREAK_LOOKS
#endif

#define NONE 0

mtype = { PLAIN, HOG, BLOCK, FORK, LOOP, DEAD };

/* A configuration: tasks 1..K are pushed, 1..SPLIT by one producer and the rest by the other, in this order; up to T
 * are forked. */
#if defined CONFIG_plain
#define M 2
#define BLOCKED 0
#define K 3
#define SPLIT 2
#define T 3
#define KIND(t) PLAIN
#define DEP(t) NONE

#elif defined CONFIG_hog
#define M 2
#define BLOCKED 0
#define K 3
#define SPLIT 2
#define T 3
#define KIND(t) (t == 1 -> HOG : PLAIN)
#define DEP(t) (t == 1 -> 2 : NONE)

/* A searcher drops a ticket, and finds a hog; what the hog waits for comes last. */
#elif defined CONFIG_dead
#define M 2
#define BLOCKED 0
#define K 4
#define SPLIT 2
#define T 4
#define KIND(t) (t == 1 || t == 3 -> DEAD : (t == 2 -> HOG : PLAIN))
#define DEP(t) (t == 2 -> 4 : NONE)
#define HAS_DEAD

/* As many as may be awake block, each for the next. */
#elif defined CONFIG_chain
#define M 2
#define BLOCKED 2
#define K 3
#define SPLIT 3
#define T 3
#define KIND(t) (t < 3 -> BLOCK : PLAIN)
#define DEP(t) (t < 3 -> t + 1 : NONE)

/* One who goes on after its block is one too many, while a task waits. */
#elif defined CONFIG_surplus
#define M 1
#define BLOCKED 1
#define K 3
#define SPLIT 2
#define T 3
#define KIND(t) (t == 1 -> BLOCK : PLAIN)
#define DEP(t) (t == 1 -> 2 : NONE)

/* The only one blocks, for what somebody has to come for. */
#elif defined CONFIG_last
#define M 1
#define BLOCKED 1
#define K 2
#define SPLIT 1
#define T 2
#define KIND(t) (t == 1 -> BLOCK : PLAIN)
#define DEP(t) (t == 1 -> 2 : NONE)

/* Who takes the place of one who blocks is a hog; the last task is left to the one who blocked. */
#elif defined CONFIG_mixed
#define M 2
#define BLOCKED 1
#define K 4
#define SPLIT 4
#define T 4
#define KIND(t) (t == 1 -> BLOCK : (t == 2 -> HOG : PLAIN))
#define DEP(t) (t == 1 -> 3 : (t == 2 -> 4 : NONE))

#elif defined CONFIG_fork
#define M 2
#define BLOCKED 1
#define K 2
#define SPLIT 1
#define T 3
#define KIND(t) (t == 1 -> FORK : PLAIN)
#define DEP(t) (t == 1 -> 3 : NONE)
#define HAS_DEQUES

#elif defined CONFIG_loop
#define M 2
#define BLOCKED 0
#define K 2
#define SPLIT 1
#define T 3
#define KIND(t) (t == 1 -> LOOP : PLAIN)
#define DEP(t) (t == 1 -> 3 : NONE)
#define HAS_DEQUES

/* A worker that blocks until the job has been stolen leaves its place to the thief. */
#elif defined CONFIG_loop_block
#define M 2
#define BLOCKED 1
#define K 2
#define SPLIT 1
#define T 3
#define KIND(t) (t == 1 -> LOOP : (t == 2 -> BLOCK : PLAIN))
#define DEP(t) (t == 3 -> NONE : 3)
#define HAS_DEQUES

/* A searcher finds a long task, and leaves the job to the next. */
#elif defined CONFIG_loop_hog
#define M 3
#define BLOCKED 0
#define K 2
#define SPLIT 1
#define T 3
#define KIND(t) (t == 1 -> LOOP : (t == 2 -> HOG : PLAIN))
#define DEP(t) (t == 3 -> NONE : 3)
#define HAS_DEQUES
#endif

#define W (M + BLOCKED)

/* --- What is shared --- */

byte awake;        /* the word */
byte searching;

bool locked;       /* the state lock, and what it guards: */
bool listed[W];    /* sleeps, and is to be found. Read without the lock by the worker itself */
bool exists[W];    /* there is an OS thread */

bool token[W];     /* the parker's, see parker.pml */

byte queue[K + 1]; /* the injection queue */
byte head = 1;
byte tail = 1;
#ifdef HAS_DEQUES
byte deque[W];
#endif
#ifdef STORE_BUFFER
byte buffered[W];  /* pushes that the owner has done, and that others do not see yet */
#define FLUSH(i) if :: buffered[i] != NONE -> deque[i] = buffered[i]; buffered[i] = NONE :: else fi
#else
#define FLUSH(i) skip
#endif
#ifdef REFUSALS
bool started[W];   /* the OS thread that is to exist has not been refused */
#ifdef RETRY
bool owed;         /* needs_retry: one that was refused is to be asked for again. Guarded by the lock, and read without it by the keeper */
bool was_refused;
#define REFUSE !was_refused -> was_refused = true
#else
#define REFUSE true
#endif
#define STARTED(i) started[i]
#define UNSTART(i) started[i] = false
#define CAN_END(i) (i > 0)
#else
#define STARTED(i) exists[i]
#define UNSTART(i) skip
#define CAN_END(i) true
#endif

bool done[T + 1];

/* --- Only for the properties --- */

byte ran;          /* tasks that have begun */
byte resumed;      /* those who went on after a block, and have not come to the end of their task yet */

/* --- The steps --- */

#define ENOUGH (searching > 0 || awake >= M)

inline lock () {
  atomic { !locked -> locked = true }
}

/* The first one of those listed, or of those that do not exist, or W. */
#define FIRST(is) \
  d_step { \
    wake = 0; \
    do \
    :: wake < W && !(is) -> wake++ \
    :: else -> break \
    od \
  }

inline unpark_sleeper () {
  listed[wake] = false;
  locked = false;
  token[wake] = true
}

#ifdef REFUSALS
/* The system has no OS thread for us: those who relied on it must not be left alone. A sleeper, if there is one by now,
 * takes its place; else those who are awake will look before they sleep. */
inline refused () {
  lock ();
  exists[wake] = false;
#ifdef BREAK_refusal_only_counts_back
  wake = W;
#else
  FIRST (listed[wake]);
#endif
  if
  :: wake < W -> unpark_sleeper ()
  :: else ->
#if !defined RETRY || defined BREAK_refusal_is_final
    d_step { awake--; searching--; locked = false }
#elif defined BREAK_owes_before_it_counts_back
    note_owed ();
    d_step { awake--; searching--; locked = false }
#else
    d_step { awake--; searching-- };
    note_owed ();
    locked = false
#endif
  fi
}

#ifdef RETRY
/* needs_spawn_locked(): the word, then the queues. Whoever adds to them from here on sees what the word is now. */
#ifdef BREAK_owes_before_it_counts_back
#define NEEDS_MORE (searching <= 1 && awake <= M)
#else
#define NEEDS_MORE !ENOUGH
#endif

inline note_owed () {
  if
  :: NEEDS_MORE ->
    if
    :: head != tail -> owed = true
    :: else
    fi
  :: else
  fi
}
#endif
#endif

inline notify () {
  if
  :: ENOUGH
  :: else ->
    lock ();
#ifdef BREAK_notify_does_not_look_at_what_it_changes
    if
    :: ENOUGH -> locked = false; is_enough = true
    :: else -> d_step { awake++; searching++ }
    fi;
#else
    if
    :: d_step { ENOUGH -> locked = false; is_enough = true }
    :: d_step { !ENOUGH -> awake++; searching++ }
    fi;
#endif
    if
    :: is_enough -> is_enough = false
    :: else ->
      assert (awake <= M + resumed);
      FIRST (listed[wake]);
      if
      :: wake < W -> unpark_sleeper ()
      :: else ->
        FIRST (!exists[wake]);
        assert (wake < W);
#ifdef REFUSALS
        d_step { exists[wake] = true; locked = false };
        if
        :: started[wake] = true
        :: d_step { wake > 0 && REFUSE }; refused ()
        fi
#else
        d_step { exists[wake] = true; locked = false }
#endif
      fi;
      wake = 0
    fi
  fi
}

inline look () {
  if
  :: head != tail -> notify ()
  :: else ->
#ifdef HAS_DEQUES
    do
    :: scan == W -> break
    :: scan < W && deque[scan] != NONE -> notify (); break
    :: scan < W && deque[scan] == NONE -> scan++
    od;
    scan = 0
#else
    skip
#endif
  fi
}

/* What follows the step down. */
inline look_if_nobody_else_will () {
  if
  :: was_last -> was_last = false; look ()
#ifndef BREAK_LOOKS
  :: !was_last -> look ()
#endif
  :: !was_last
  fi
}

inline take () {
  atomic {
    if
    :: head != tail -> slot = head; head++
    :: else
    fi
  };
  if
  :: slot != 0 -> atomic { queue[slot] != NONE -> task = queue[slot]; slot = 0 }
  :: else ->
#ifdef HAS_DEQUES
    do
    :: scan == W -> break
    :: atomic { scan < W && deque[scan] != NONE -> task = deque[scan]; deque[scan] = NONE; break }
    :: scan < W && deque[scan] == NONE -> scan++
    od;
    scan = 0
#else
    skip
#endif
  fi
}

inline block () {
  d_step { FLUSH (me); awake--; was_last = (searching == 0) };
#ifdef BREAK_block_does_not_look
  was_last = false;
#endif
  look_if_nobody_else_will ();
  atomic { done[waits_for] -> awake++; resumed++; counts = true }
}

inline push_to_own_deque () {
#ifdef STORE_BUFFER
  buffered[me] = waits_for
#else
  deque[me] = waits_for
#endif
}

proctype worker (byte me) {
  byte task, waits_for, slot, scan, wake;
  bool searches, was_last, counts, if_surplus, is_enough;

new:
end_new:
  STARTED (me);
  searches = true;

search:
  take ();
  if
  :: task == NONE ->
    if
    :: searches -> goto sleep
    :: !searches -> d_step { FLUSH (me); searching++; searches = true }; goto search
    :: !searches -> goto sleep
    fi
  :: else
  fi;

#ifdef HAS_DEAD
  if
  :: searches && KIND (task) == DEAD ->
#ifdef BREAK_who_drops_a_ticket_stops_searching
    d_step { ran++; done[task] = true; task = NONE; searching--; searches = false };
#else
    d_step { ran++; done[task] = true; task = NONE };
#endif
    goto search
  :: else
  fi;
#endif

  if
  :: searches ->
    d_step { searching--; was_last = (searching == 0); searches = false };
#ifndef BREAK_last_finder_does_not_notify
    if
    :: was_last -> was_last = false; look ()
    :: else
    fi
#else
    was_last = false
#endif
  :: else
  fi;

execute:
  d_step { ran++; assert (!done[task]); waits_for = DEP (task) };
  if
  :: KIND (task) == PLAIN || KIND (task) == DEAD
  :: KIND (task) == HOG -> done[waits_for]
  :: KIND (task) == BLOCK -> block ()
#ifdef HAS_DEQUES
  :: KIND (task) == FORK ->
    push_to_own_deque ();
    notify ();
    d_step { FLUSH (me) };
    if
    :: d_step { deque[me] != NONE -> deque[me] = NONE; ran++; done[waits_for] = true }
    :: deque[me] == NONE -> block ()
    fi
  :: KIND (task) == LOOP ->
    push_to_own_deque ();
#ifndef BREAK_loop_offers_without_a_fence
    d_step { FLUSH (me) };
#endif
    notify ();
    done[waits_for]
#endif
  fi;
  d_step { done[task] = true; task = NONE; waits_for = NONE };

  if
#ifdef BREAK_no_look_at_the_surplus
  :: false
#else
  :: awake > M -> if_surplus = true; goto sleep
#endif
  :: else ->
leave_surplus:
    skip;
    d_step { resumed = resumed - counts; counts = false; if_surplus = false };
    goto search
  fi;

sleep:
  lock ();
  if
  :: if_surplus && awake <= M -> locked = false; goto leave_surplus
  :: true
  fi;
  d_step {
    if_surplus = false;
    FLUSH (me);
    awake--;
    searching = searching - searches;
#if defined BREAK_only_the_last_searcher_looks
    was_last = searches && searching == 0;
#elif defined BREAK_who_sleeps_does_not_look
    was_last = false;
#else
    was_last = (searching == 0);
#endif
    searches = false;
    resumed = resumed - counts;
    counts = false
  };
  listed[me] = true;
  locked = false;
  look_if_nobody_else_will ();

park:
end_parked:
  if
  :: token[me] -> token[me] = false
#ifdef IDLE_LIMIT
  :: CAN_END (me) ->
    lock ();
#ifdef BREAK_ends_without_a_look_at_the_list
    d_step { listed[me] = false; exists[me] = false; UNSTART (me); locked = false };
    goto new
#else
    if
    :: listed[me] -> d_step { listed[me] = false; exists[me] = false; UNSTART (me); locked = false }; goto new
    :: else -> locked = false
    fi
#endif
#endif
  fi;
#ifndef BREAK_believes_every_token
  if
  :: listed[me] -> goto park
  :: else
  fi;
#endif
  searches = true;
  goto search
}

proctype producer (byte first; byte last) {
  byte at, wake;
  bool is_enough;

  do
  :: first > last -> break
  :: else ->
    d_step { at = tail; tail++ };
    queue[at] = first;
    at = 0;
    first++;
    notify ()
  od
}

#ifdef RETRY
/* As long as something is owed somebody asks for it, and then looks whether it still is. */
proctype keeper () {
  byte scan, wake;
  bool is_enough;

end_idle:
  do
  :: owed ->
    look ();
    lock ();
    if
    :: ENOUGH -> owed = false
    :: else ->
      if
      :: head == tail -> owed = false
      :: else
      fi
    fi;
    locked = false
  od
}
#endif

#ifdef LATE_TOKENS
/* Somebody who has meant to unpark an OS thread for long, and does so now. */
proctype late () {
  if
  :: token[0] = true
  :: token[1] = true
  fi
}
#endif

#ifdef STORE_BUFFER
proctype buffer (byte me) {
end_flushed:
  do
  :: d_step { buffered[me] != NONE -> deque[me] = buffered[me]; buffered[me] = NONE }
  od
}
#endif

init {
  atomic {
    byte i;
#ifdef REFUSALS
    awake = 1;
    searching = 1;
    exists[0] = true;
    started[0] = true;
#endif
    for (i : 0 .. W - 1) {
      run worker (i);
#ifdef STORE_BUFFER
      run buffer (i)
#endif
    }
    run producer (1, SPLIT);
    run producer (SPLIT + 1, K);
#ifdef RETRY
    run keeper ();
#endif
#ifdef LATE_TOKENS
    run late ()
#endif
  };
#ifndef LIVENESS
  timeout -> assert (ran == T && awake == 0 && searching == 0);
#ifdef RETRY
  assert (!owed)
#endif
#endif
}

#ifdef LIVENESS
/* Nor do they wake each other for ever. */
ltl rest { <> [] (ran == T && awake == 0) }
#endif
