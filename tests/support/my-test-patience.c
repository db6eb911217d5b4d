/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-patience.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "my-test-sanitizer.h"

#define PATIENCE_US ((gint64) 30 * G_USEC_PER_SEC)
#define LOOK_US (100 * 1000)
#define NAP_US 500

guint
my_test_timeout_factor (void)
{
  static gsize factor;

  if (g_once_init_enter (&factor)) {
    const char *text = g_getenv ("MY_TEST_TIMEOUT_FACTOR");
    guint64 value = text ? g_ascii_strtoull (text, NULL, 10) : 1;

    g_once_init_leave (&factor, CLAMP (value, 1, 1000));
  }
  return (guint) factor;
}

void
my_test_patience_init (MyTestPatience *self)
{
  self->left_us = PATIENCE_US * my_test_timeout_factor ();
  self->last_us = g_get_monotonic_time ();
}

gboolean
my_test_patience_is_over (MyTestPatience *self)
{
  gint64 now_us = g_get_monotonic_time ();

  self->left_us -= MIN (now_us - self->last_us, LOOK_US);
  self->last_us = now_us;
  return self->left_us <= 0;
}

void
my_test_wait_until (MyTestPredicate predicate,
                    gpointer data)
{
  MyTestPatience patience;

  my_test_patience_init (&patience);
  while (!predicate (data)) {
    if (my_test_patience_is_over (&patience)) {
      g_error ("what the test waits for has not come");
    }
    g_usleep (NAP_US);
  }
}

struct _MyTestWatch {
  pthread_t thread;
  GMutex lock;
  GCond ended;
  gboolean has_ended; /* [lock] */
};

static void *
watch (void *data)
{
  MyTestWatch *self = data;
  MyTestPatience patience;

  my_test_patience_init (&patience);
  g_mutex_lock (&self->lock);
  while (!self->has_ended) {
    if (my_test_patience_is_over (&patience)) {
      g_error ("what the test waits for has not come, and nothing has woken it");
    }
    g_cond_wait_until (&self->ended, &self->lock, g_get_monotonic_time () + LOOK_US / 2);
  }
  g_mutex_unlock (&self->lock);
  return NULL;
}

MyTestWatch *
my_test_watch_begin (void)
{
  MyTestWatch *self = g_new0 (MyTestWatch, 1);

  g_mutex_init (&self->lock);
  g_cond_init (&self->ended);
  g_assert_cmpint (pthread_create (&self->thread, NULL, watch, self), ==, 0);
  return self;
}

void
my_test_watch_end (MyTestWatch *self)
{
  g_mutex_lock (&self->lock);
  self->has_ended = TRUE;
  g_cond_signal (&self->ended);
  g_mutex_unlock (&self->lock);
  pthread_join (self->thread, NULL);
  g_cond_clear (&self->ended);
  g_mutex_clear (&self->lock);
  g_free (self);
}

int
my_test_wait_for_child (pid_t child)
{
  MyTestPatience patience;
  int status = -1;
  pid_t waited;

  my_test_patience_init (&patience);
  while ((waited = waitpid (child, &status, WNOHANG)) == 0 || (waited < 0 && errno == EINTR)) {
    if (my_test_patience_is_over (&patience)) {
      kill (child, SIGABRT);
      g_error ("the child %d does not end", (int) child);
    }
    g_usleep (NAP_US);
  }
  g_assert_cmpint (waited, ==, child);
  return status;
}

char
my_test_get_os_state (gint native_id)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/task/%d/stat", native_id);
  g_autofree char *text = NULL;
  const char *after_name;

  if (!g_file_get_contents (path, &text, NULL, NULL)) {
    return '-';
  }
  /* The name is in brackets, and may have any in it. */
  after_name = strrchr (text, ')');
  return after_name != NULL && strlen (after_name) > 2 ? after_name[2] : '-';
}

static gboolean
is_main_gone (gpointer unused)
{
  return my_test_get_os_state (getpid ()) == 'Z';
}

void
my_test_wait_until_main_is_gone (void)
{
  my_test_wait_until (is_main_gone, NULL);
}

guint
my_test_count_entries (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  g_assert_nonnull (dir);
  while (g_dir_read_name (dir)) {
    n++;
  }
  return n;
}

guint
my_test_count_os_threads (void)
{
  return my_test_count_entries ("/proc/self/task");
}

gint64
my_test_get_cpu_time (void)
{
  struct timespec time;

  g_assert_cmpint (clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time), ==, 0);
  return time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

#if MY_TEST_HAS_SANITIZER

/* The allocators of the sanitizers have locks that fork() knows nothing of: if another thread has one, a child that
 * allocates hangs. A thread that sleeps has none. (It may wake before the fork: that is rare.) */

#define OTHERS_US (2 * G_USEC_PER_SEC)

static gboolean
is_alone_awake (void)
{
  GDir *dir = g_dir_open ("/proc/self/task", 0, NULL);
  gboolean is_alone = TRUE;
  const char *name;

  while (is_alone && dir != NULL && (name = g_dir_read_name (dir))) {
    gint native_id = (gint) g_ascii_strtoll (name, NULL, 10);

    is_alone = native_id == gettid () || strchr ("S-", my_test_get_os_state (native_id)) != NULL;
  }
  g_clear_pointer (&dir, g_dir_close);
  return is_alone;
}

/* Others may be busy for good: then it is tried all the same. */
static void
wait_for_others_to_sleep (void)
{
  gint64 begin_us = g_get_monotonic_time ();

  while (!is_alone_awake () && g_get_monotonic_time () - begin_us < OTHERS_US) {
    g_usleep (NAP_US);
  }
}

__attribute__ ((constructor)) static void
make_forks_wait (void)
{
  pthread_atfork (wait_for_others_to_sleep, NULL, NULL);
}

#endif
