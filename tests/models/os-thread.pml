/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* OS threads that are used again: src/exec/my-os-thread-cache.c.
 *
 *   give()           my_os_thread_cache_give(): take() one off the list, await_stage(), and then hand the work over, or
 *                    give_back() and look for another, or have a new OS thread made
 *   end of a job     end() of my-thread-run.c: the section of the state lock that ends the thread offers its OS thread, which is LEAVING
 *   rest             rest(): READY, or withdraw() if run() has left something that can not be undone
 *   wait for work    wait_for_work(), with an idle time that may be over at any moment
 *   pass on          pass_on(): somebody has cancelled the OS thread while it waited, and it has work by now
 *
 * A section of the state lock is a step but for what others can see without the lock (the stage, the work).
 * A token of the parker may be an old one, see parker.pml.
 *
 * Proved: each job is run once; who has taken an OS thread never touches one that is gone; all come to an end: no giver
 * waits, and each OS thread has exited, since its idle time is over some time.
 *
 * Bounds: two starters, one with two jobs of which the second is started when the first has ended, the other with
 * one; an OS thread for each job, and one more for the one cancellation that there may be.
 */

#define W 4
#define JOBS 3
#define NONE 255

mtype = { RUNS, LEAVING, READY, UNFIT, GONE };

bool locked;
bool listed[W];
mtype stage[W] = RUNS;
byte work[W];      /* `body` and `data` */
bool has_work[W];
bool token[W];
byte n_made;
bool was_cancelled; /* once, whichever */

bool ran[JOBS + 1];
bool ended[JOBS + 1];

inline lock () {
  atomic { !locked -> locked = true }
}

#define IS_THERE(os) (stage[os] != GONE)

/* Whichever the traits let it have. */
inline take () {
  atomic {
    !locked;
    if
    :: listed[0] && stage[0] != UNFIT -> os = 0
    :: listed[1] && stage[1] != UNFIT -> os = 1
    :: listed[2] && stage[2] != UNFIT -> os = 2
    :: listed[3] && stage[3] != UNFIT -> os = 3
    :: os = NONE
    fi;
    if
    :: os != NONE -> assert (IS_THERE (os)); listed[os] = false
    :: else
    fi
  }
}

inline give_back () {
  atomic { !locked -> assert (IS_THERE (os)); listed[os] = true };
#ifndef BREAK_gives_back_in_silence
  token[os] = true
#endif
}

inline give () {
  do
  :: take ();
    if
    :: os == NONE -> break
    :: else
    fi;
    d_step { assert (IS_THERE (os)); seen = stage[os] };
#ifdef BREAK_gives_to_one_that_is_leaving
    if
    :: seen != UNFIT ->
#else
    if
    :: seen == LEAVING ->
      /* It does not get to run. Sooner, it would be another look at the stage. */
      give_back ();
      os = NONE;
      break
    :: seen == UNFIT -> give_back ()
    :: seen == READY ->
#endif
      d_step { assert (IS_THERE (os)); work[os] = job };
      d_step { assert (IS_THERE (os)); has_work[os] = true };
      token[os] = true;
      break
#ifdef BREAK_gives_to_one_that_is_leaving
    :: else -> give_back ()
#endif
    fi
  od;
  if
  :: os == NONE -> d_step { work[n_made] = job; os = n_made; n_made++ }; run os_thread (os)
  :: else
  fi;
  os = NONE
}

inline execute () {
  d_step { assert (work[me] != 0 && !ran[work[me]]); ran[work[me]] = true };
  lock ();
  d_step { ended[work[me]] = true; work[me] = 0 };
  if
  :: d_step { stage[me] = LEAVING; listed[me] = true; is_offered = true }
  :: skip /* there are enough, or something has still to be done on it */
  fi;
  locked = false
}

inline withdraw () {
  if
  :: is_offered ->
    stage[me] = UNFIT;
#ifdef BREAK_leaves_while_it_is_taken
    d_step { !locked -> listed[me] = false; stage[me] = GONE }
#else
    do
    :: atomic { !locked -> if :: listed[me] -> listed[me] = false; stage[me] = GONE; break :: else fi };
      token[me] -> token[me] = false
    od
#endif
  :: else -> stage[me] = GONE
  fi
}

inline wait_for_work () {
  do
  :: has_work[me] -> has_work[me] = false; break
  :: else ->
    if
    :: token[me] -> token[me] = false
    :: may_time_out && true ->
      /* The idle time is over. */
#ifdef BREAK_leaves_without_a_look_at_the_list
      atomic { !locked -> listed[me] = false; stage[me] = GONE; break }
#else
      atomic {
        !locked ->
        if
        :: listed[me] -> listed[me] = false; stage[me] = GONE; break
        :: else
#ifdef BREAK_has_no_idle_time_once_it_was_taken
          -> may_time_out = false
#endif
        fi
      };
      /* Somebody has just taken it, and either gives it work or gives it back: a token comes in any case. */
      token[me] -> token[me] = false
#endif
    fi
  od
}

inline pass_on () {
#ifndef BREAK_is_cancelled_with_its_work
  d_step { job = work[me]; work[me] = 0 };
  give ();
#endif
  stage[me] = GONE
}

proctype os_thread (byte me) {
  bool is_offered, may_time_out;
  byte job, os;
  mtype seen;

  os = NONE;

  do
  :: execute ();
    if
    :: withdraw ()
    :: true ->
      if
      :: is_offered -> stage[me] = READY
      :: else -> atomic { !locked -> is_offered = true; stage[me] = READY; listed[me] = true }
      fi;
      may_time_out = true;
      wait_for_work ();
      may_time_out = false
    fi;
    if
    :: stage[me] == GONE -> break
    :: else -> d_step { is_offered = false; stage[me] = RUNS }
    fi;
    if
    :: atomic { !was_cancelled -> was_cancelled = true }; pass_on (); break
    :: true
    fi
  od
}

proctype starter (byte first; byte last) {
  byte job, os;
  mtype seen;

  os = NONE;
  job = first;
  do
  :: job > last -> break
  :: else ->
    give ();
    ended[job] -> job++
  od
}

init {
  atomic { run starter (1, 2); run starter (3, 3) };
  timeout -> assert (ran[1] && ran[2] && ran[3]); assert (_nr_pr == 1)
}
