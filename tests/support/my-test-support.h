/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <mythread.h>

#include "my-test-patience.h"

G_BEGIN_DECLS

/* Nothing in a test sleeps for a time and hopes: it waits for a condition, and fails when its patience is over.
 */

/* For what is told how long to wait, and must not wait so long: an hour, which a process does not miss that is stopped for
 * minutes. Whoever runs the test ends it before.
 */
#define MY_TEST_LONG_US G_TIME_SPAN_HOUR

/* So long from now. */
gint64 my_test_deadline (void);

/* Blocks in the loop of @context: what does not wake the context is not seen. */
void my_test_iterate_until (GMainContext *context,
                            MyTestPredicate predicate,
                            gpointer data);

/* Iterates @context for as long as it has something to dispatch. */
void my_test_iterate_pending (GMainContext *context);

/* Until the OS thread sleeps in the kernel: a hint that it waits, so a test that
 * relies on it must be right (if less sharp) when it is wrong.
 */
void my_test_wait_until_asleep (MyThread *thread);

/* Until the thread waits in the library, for whatever it is: then it does. */
void my_test_wait_until_waiting (MyThread *thread);

/* Predicates for the above. */
gboolean my_test_is_set (gpointer gint_pointer);
gboolean my_test_is_null (gpointer pointer_to_pointer);
gboolean my_test_has_begun (gpointer thread);
gboolean my_test_is_cancelled (gpointer thread);
/* No thread is alive but the main one. */
gboolean my_test_is_alone (gpointer unused);
/* It has ended, and its owner's loop has been told. */
gboolean my_test_is_over (gpointer thread);

/* Asserts that there is this error, and clears it. */
#define my_test_assert_error(error, domain, code) \
  G_STMT_START                                    \
    {                                             \
      g_assert_error (*(error), domain, code);    \
      g_clear_error (error);                      \
    }                                             \
  G_STMT_END

/* Asserts that a call that is given &error_ fails, by this error. */
#define my_test_assert_fails(call, domain, code)    \
  G_STMT_START                                      \
    {                                               \
      GError *error_ = NULL;                        \
      g_assert_false (call);                        \
      my_test_assert_error (&error_, domain, code); \
    }                                               \
  G_STMT_END

/* Takes a string, and asserts what it says. */
#define my_test_assert_string(string, expected) \
  G_STMT_START                                  \
    {                                           \
      char *string_ = (string);                 \
      g_assert_cmpstr (string_, ==, expected);  \
      g_free (string_);                         \
    }                                           \
  G_STMT_END

/* A gate is shut until it is opened, as often as one likes. */

typedef struct {
  GMutex lock;
  GCond cond;
  guint n_opened;
} MyTestGate;

void my_test_gate_init (MyTestGate *gate);
void my_test_gate_clear (MyTestGate *gate);
void my_test_gate_open (MyTestGate *gate);
void my_test_gate_wait (MyTestGate *gate);
void my_test_gate_wait_count (MyTestGate *gate,
                              guint n_opened);
gboolean my_test_gate_is_open (MyTestGate *gate);

/* g_auto (MyTestGate) gate = MY_TEST_GATE_INIT; */
#define MY_TEST_GATE_INIT \
  {                       \
    .n_opened = 0         \
  }
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MyTestGate, my_test_gate_clear)

/* What a thread of a test does, as a MyThreadFunc whose user data is a MyTestBlock. */

typedef struct {
  MyTestGate entered;
  MyTestGate release;
} MyTestBlock;

void my_test_block_init (MyTestBlock *block);
void my_test_block_clear (MyTestBlock *block);

#define MY_TEST_BLOCK_INIT               \
  {                                      \
    MY_TEST_GATE_INIT, MY_TEST_GATE_INIT \
  }
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MyTestBlock, my_test_block_clear)

/* Opens `entered`, waits for `release`, succeeds. */
void my_test_run_block (MyThread *thread,
                        gpointer block,
                        GError **error);

/* Opens `entered` of the block, if there is one; sleeps until it is cancelled. */
void my_test_run_sleep (MyThread *thread,
                        gpointer block,
                        GError **error);

/* With any user data. */
void my_test_run_nothing (MyThread *thread,
                          gpointer unused,
                          GError **error);
void my_test_run_fail (MyThread *thread,
                       gpointer unused,
                       GError **error);

/* Joins the thread that is its user data. */
void my_test_run_join (MyThread *thread,
                       gpointer other,
                       GError **error);

/* Failing by `G_IO_ERROR_EXISTS`, with this text. */
#define MY_TEST_FAILURE "it was there already"

/* A thread that has been started. */
MyThread *my_test_start (const char *name,
                         MyThreadFunc func,
                         gpointer user_data);

/* The same, and my_test_run_block() has been entered. */
MyThread *my_test_start_block (const char *name,
                               MyTestBlock *block);

/* Joins, fails the test unless the thread succeeded, and drops the reference, which must be the last. */
void my_test_finish (MyThread *thread);

/* Drops the last reference but those that the library still has, and has them dropped by the loop: a worker may be just
 * about to hand over what it needed of a group, or of a thread that was cancelled before it ran.
 */
void my_test_release (gpointer object);

/* The same of an executor or a pool, which any thread may let go of last: that wakes no loop. */
void my_test_release_executor (gpointer executor);

/* A thread that iterates a context of its own until it is stopped. */
typedef struct {
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;
} MyTestLoop;

void my_test_loop_init (MyTestLoop *loop);
void my_test_loop_clear (MyTestLoop *loop);

/* Makes @func run in the loop's thread, and returns when it has. */
void my_test_loop_call (MyTestLoop *loop,
                        void (*func) (gpointer data),
                        gpointer data);

/* How many are in one place at once. */
typedef struct {
  gint n_running;
  gint n_most;
} MyTestCrowd;

/* Comes, gives others the chance to come too, and goes. */
void my_test_crowd_pass (MyTestCrowd *crowd);

/* Has the calling test run once more, in a process of its own that must end by itself, well. TRUE: this is it. */
gboolean my_test_is_apart (void);

/* The size of a stack that no address space has room for: with it no OS thread can be made. */
#define MY_TEST_HUGE_STACK ((gsize) (G_MAXSIZE / 16 * 15) & ~(gsize) 0xffff)

/* Of the OS threads that are made from now on; returns what it was. With the above the system refuses them. */
size_t my_test_set_default_stack_size (size_t stack_size);

/* What a child ends with: as another program, which no leak checker looks at. */
G_NORETURN void my_test_end_child (void);

/* Waits for a child, which must end well. */
void my_test_join_child (pid_t child);

/* Forks a child that calls @func, and must come to its end. */
void my_test_in_child (void (*func) (gpointer data),
                       gpointer data);

G_END_DECLS
