/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * from-call-before: what from-call does, as it is done with g_idle_add().
 */

#include <glib.h>

typedef struct {
  GMainLoop *loop;
  GMutex lock;
  GCond is_answered;
  const char *answer; /* under the lock */
} Question;

static gboolean
ask (gpointer user_data)
{
  Question *question = user_data;

  g_mutex_lock (&question->lock);
  question->answer = "yes"; /* from a dialog, perhaps */
  g_cond_signal (&question->is_answered);
  g_mutex_unlock (&question->lock);
  return G_SOURCE_REMOVE;
}

static gboolean
quit (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

static gpointer
work (gpointer user_data)
{
  Question *question = user_data;

  g_idle_add (ask, question);
  g_mutex_lock (&question->lock);
  while (question->answer == NULL)
    g_cond_wait (&question->is_answered, &question->lock);
  g_mutex_unlock (&question->lock);

  g_print ("the owner says %s\n", question->answer);
  g_idle_add (quit, question->loop);
  return NULL;
}

int
main (void)
{
  Question question = { .loop = g_main_loop_new (NULL, FALSE) };
  GThread *thread;

  g_mutex_init (&question.lock);
  g_cond_init (&question.is_answered);
  thread = g_thread_new ("work", work, &question);
  g_main_loop_run (question.loop);

  g_thread_join (thread);
  g_cond_clear (&question.is_answered);
  g_mutex_clear (&question.lock);
  g_main_loop_unref (question.loop);
  return 0;
}
