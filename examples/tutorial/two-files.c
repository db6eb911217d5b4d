/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * two-files [DIR]: the functional form. Two threads at a time write a file each:
 * first with positional arguments, then with named ones.
 */

#include <mythread.h>
#include <stdio.h>

static gboolean
write_words (const char *path,
             int num,
             GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (int i = 0; i < num; i++)
    g_string_append (text, num > 500 ? "МногоБукв\n" : "МалоБукв\n");
  return g_file_set_contents (path, text->str, text->len, error);
}

/* The function of a thread with args: a tuple. */
static void
prescript_args (MyThread *thread,
                gpointer user_data,
                GError **error)
{
  const char *path;
  int num;

  g_variant_get (my_thread_get_args (thread), "(&si)", &path, &num);
  write_words (path, num, error);
}

/* The function of a thread with kwargs: a dictionary. */
static void
prescript_kwargs (MyThread *thread,
                  gpointer user_data,
                  GError **error)
{
  GVariant *kwargs = my_thread_get_kwargs (thread);
  const char *path;
  int num;

  g_variant_lookup (kwargs, "thefile", "&s", &path);
  g_variant_lookup (kwargs, "num", "i", &num);
  write_words (path, num, error);
}

static MyThread *
thread_with_args (const char *path,
                  int num)
{
  return my_thread_new_with_args (NULL, prescript_args, g_variant_new ("(si)", path, num), NULL);
}

static MyThread *
thread_with_kwargs (const char *path,
                    int num)
{
  g_auto (GVariantDict) kwargs = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&kwargs, "thefile", "s", path);
  g_variant_dict_insert (&kwargs, "num", "i", num);
  return my_thread_new_with_args (NULL, prescript_kwargs, NULL, g_variant_dict_end (&kwargs));
}

/* Starts both, and waits for both. */
static gboolean
run_both (MyThread *thread1,
          MyThread *thread2,
          GError **error)
{
  return my_thread_start (thread1, error) &&
         my_thread_start (thread2, error) &&
         my_thread_join (thread1, error) &&
         my_thread_join (thread2, error);
}

int
main (int argc,
      char **argv)
{
  const char *dir = argc > 1 ? argv[1] : ".";
  g_autofree char *path1 = g_build_filename (dir, "f1.txt", NULL);
  g_autofree char *path2 = g_build_filename (dir, "f2.txt", NULL);
  g_autofree char *path3 = g_build_filename (dir, "f3.txt", NULL);
  g_autofree char *path4 = g_build_filename (dir, "f4.txt", NULL);
  g_autoptr (MyThread) thread1 = thread_with_args (path1, 200);
  g_autoptr (MyThread) thread2 = thread_with_args (path2, 1000);
  g_autoptr (MyThread) thread3 = thread_with_kwargs (path3, 200);
  g_autoptr (MyThread) thread4 = thread_with_kwargs (path4, 1000);
  g_autoptr (GError) error = NULL;

  if (!run_both (thread1, thread2, &error) || !run_both (thread3, thread4, &error)) {
    fprintf (stderr, "two-files: %s\n", error->message);
    return 1;
  }
  return 0;
}
