/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The user, as an executor. A question is a thread that is started there: it needs no OS thread, for a
 * person works on it, and it ends with the answer. So another thread gets an answer that comes later
 * by a join, as it gets everything that takes time.
 */

#include "search-user.h"

struct _SearchUser {
  GObject parent_instance;
};

static void search_user_init_executor (MyExecutorInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SearchUser, search_user, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (MY_TYPE_EXECUTOR, search_user_init_executor))

/* One of the two functions below ends it. */
static gboolean
search_user_execute (MyExecutor *executor,
                     MyThread *question,
                     GError **error)
{
  return TRUE;
}

static void
search_user_init_executor (MyExecutorInterface *iface)
{
  iface->execute = search_user_execute;
}

static void
search_user_class_init (SearchUserClass *klass)
{
}

static void
search_user_init (SearchUser *self)
{
}

/* Whoever calls this shows the question. */
MyThread *
search_user_ask (const char *question)
{
  g_autoptr (SearchUser) user = g_object_new (SEARCH_TYPE_USER, NULL);
  MyThread *thread = g_object_new (MY_TYPE_THREAD, "name", question, "executor", user, NULL);
  g_autoptr (GError) error = NULL;

  if (!my_thread_start (thread, &error))
    g_warning ("%s: %s", question, error->message);
  return thread;
}

/* The thread succeeds. */
void
search_user_agree (MyThread *question)
{
  my_thread_report_end (question, NULL, NULL);
}

/* The thread is cancelled. */
void
search_user_refuse (MyThread *question)
{
  my_thread_cancel (question);
  my_thread_report_end (question, NULL, NULL);
}
