/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The work-stealing deque: src/exec/my-deque-private.h and my-deque.c.
 *
 *   push()     my_deque_push(), with my_deque_make_room() where the limit is reached
 *   pop()      my_deque_pop() and my_deque_pop_last()
 *   steal()    my_deque_steal(): a look, the heavy fence, take(). With PARTS the second thief does my_deque_steal_part(): it waits
 *              for a job that the owner has stolen, and takes its parts only
 *
 * Each access to `top`, `bottom`, `array` and a slot is a step. spin's memory is sequentially consistent; the one
 * reordering that the deque's scheme stands or falls with is modelled all the same: the owner's stores to `bottom` are seen by
 * the thieves later than the owner's other steps, in their order (a store buffer). The owner's CAS empties
 * the buffer, and so does a thief's my_fence_heavy(). my_fence_light() is no step.
 *
 * Proved: each job is taken once, by one; none is lost; no slot is read that was never written, or was freed; a thief
 * with a limit gets nothing below it, and one that wants the parts of a job gets nothing that was pushed after the job.
 *
 * Bounds: an owner that pushes N jobs, at most 4 at once, and pops in between as it likes; arrays of 2 and 4, so that the
 * slots of each are used again; two thieves, the second with the limit NOT_BELOW; with PARTS that many first jobs are parts of
 * what the owner has stolen; a buffer of 2 stores.
 */

#ifndef N
#define N 5
#endif
#ifdef PARTS
#define NOT_BELOW 1
#else
#define NOT_BELOW 2
#endif

byte top = 1;      /* from 1: an empty deque's pop() lowers `bottom` below `top`, and a byte has no sign */
byte bottom = 1;   /* as the thieves see it */
bool grown;        /* `array`: the one of 2, or the one of 4 */
byte small[2];     /* the slots: a job, or 0 where none was ever written */
byte large[4];
bool is_freed;     /* the array of 2 (it never is) */

byte buffer[2];    /* stores to `bottom` that the thieves do not see yet */
byte n_buffered;

bool taken[N + 1]; /* job j is the number of its push, from 1 */
byte n_taken;
#ifdef PARTS
bool is_done;      /* the job of which the first pushes are parts: all of them have been got back, or stolen */
#define MAY_PUSH (pushed < PARTS || is_done)
#define CHECK_PART assert (not_below == 0 || job <= PARTS)
#else
#define MAY_PUSH true
#define CHECK_PART skip
#endif
bool is_over;      /* the owner has found its deque empty after the last push */

inline drain_one () {
  bottom = buffer[0];
  buffer[0] = buffer[1];
  buffer[1] = 0;
  n_buffered--
}

inline drain () {
  do
  :: n_buffered > 0 -> drain_one ()
  :: else -> break
  od
}

inline store_bottom (value) {
  d_step { n_buffered < 2 -> buffer[n_buffered] = value; n_buffered++ }
}

inline note () {
  assert (job != 0);
  assert (!taken[job]);
  taken[job] = true;
  n_taken++;
  job = 0
}

inline push () {
  if
  :: my_bottom >= limit ->
    seen_top = top;
    if
    :: my_bottom >= seen_top + size ->
      assert (size == 2);
#ifndef BREAK_grows_without_a_copy
      at = seen_top;
      do
      :: at < my_bottom -> d_step { large[at % 4] = small[at % 2]; at++ }
      :: else -> break
      od;
      at = 0;
#endif
      size = 4;
      grown = true;
#ifdef BREAK_frees_the_old_array
      is_freed = true;
#endif
    :: else
    fi;
    limit = seen_top + size;
    seen_top = 0
  :: else
  fi;
  pushed++;
#ifdef BREAK_bottom_before_the_slot
  store_bottom (my_bottom + 1);
#endif
  if
  :: size == 2 -> small[my_bottom % 2] = pushed
  :: else -> large[my_bottom % 4] = pushed
  fi;
#ifndef BREAK_bottom_before_the_slot
  store_bottom (my_bottom + 1);
#endif
  my_bottom++
}

#define MY_SLOT(index) (size == 2 -> small[(index) % 2] : large[(index) % 4])

inline pop () {
  store_bottom (my_bottom - 1);
  seen_top = top;
  is_empty = false;
  if
#ifdef BREAK_pop_takes_the_last_without_a_cas
  :: seen_top <= my_bottom - 1 ->
#else
  :: seen_top < my_bottom - 1 ->
#endif
    d_step { my_bottom--; job = MY_SLOT (my_bottom); note () }
  :: else ->
    if
#ifndef BREAK_pop_takes_the_last_without_a_cas
    :: d_step { seen_top == my_bottom - 1 && top == seen_top -> drain (); top++; job = MY_SLOT (my_bottom - 1); note () }
#endif
    :: d_step { seen_top != my_bottom - 1 || top != seen_top -> drain (); is_empty = true }
    fi;
    store_bottom (my_bottom)
  fi;
  seen_top = 0
}

active proctype owner () {
  byte my_bottom, size, limit, pushed, seen_top, at, job;
  bool is_empty;

  my_bottom = 1;
  size = 2;
  limit = 3;
  do
  :: pushed < N && my_bottom < top + 4 && MAY_PUSH -> push ()
  :: pop ();
    if
    :: pushed == N && is_empty -> break
#ifdef PARTS
    :: pushed == PARTS && is_empty -> is_done = true
#endif
    :: else
    fi
  od;
  is_over = true
}

active proctype store_buffer () {
end_drained:
  do
  :: d_step { n_buffered > 0 -> drain_one () }
  od
}

inline steal (not_below) {
  index = top;
  if
#ifdef BREAK_ignores_the_limit
  :: bottom <= index -> skip
#else
  :: index < not_below || bottom <= index -> skip
#endif
  :: else ->
#ifndef BREAK_no_heavy_fence
    d_step { drain () };
#endif
    if
    :: bottom <= index
#ifdef PARTS
#ifdef BREAK_takes_what_is_no_part
    :: false
#else
    :: bottom > index && not_below > 0 && is_done
#endif
#endif
    :: else ->
      is_large = grown;
      if
      :: is_large -> job = large[index % 4]
      :: else -> assert (!is_freed); job = small[index % 2]
      fi;
#ifdef BREAK_steals_without_a_cas
      if
      :: top == index -> d_step { top = index + 1; note () }
      :: else
      fi;
#else
      d_step {
        if
        :: top == index -> top++; CHECK_PART; assert (index >= not_below); note ()
        :: else
        fi
      };
#endif
    fi
  fi;
  d_step { index = 0; job = 0; is_large = false }
}

proctype thief (byte not_below) {
  byte index, job;
  bool is_large;

  do
  :: !is_over -> steal (not_below)
  :: is_over -> break
  od
}

init {
  atomic { run thief (0); run thief (NOT_BELOW) };
  timeout -> assert (is_over && n_taken == N)
}
