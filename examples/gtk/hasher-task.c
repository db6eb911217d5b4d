/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A thread that computes the SHA-256 of one file: its result, as a string. It knows
 * nothing of GTK, and needs not: what it says of itself arrives where the widgets are.
 */

#include "hasher-task.h"

#include "hasher-text.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER_SIZE (128 * 1024)

/* Its nice value. The windows come first, ours and all others, and so does what draws
 * them: with as many of these as there are processors they would wait for their turn. */
#define PRIORITY 10

struct _HasherTask {
  MyThread parent_instance;

  GFile *file; /* const once made */
};

G_DEFINE_FINAL_TYPE (HasherTask, hasher_task, MY_TYPE_THREAD)

static void
hasher_task_report (HasherTask *self,
                    goffset n_read,
                    goffset size)
{
  g_autofree char *read_text = g_format_size ((guint64) n_read);
  g_autofree char *size_text = g_format_size ((guint64) MAX (n_read, size));
  g_autofree char *status = g_strdup_printf ("%s of %s", read_text, size_text);

  my_thread_set_status (MY_THREAD (self), status);
  my_thread_set_progress (MY_THREAD (self), size > 0 ? MIN ((double) n_read / (double) size, 1.0) : -1.0);
}

static gboolean
set_error_unless_regular (mode_t mode,
                          GError **error)
{
  if (S_ISREG (mode))
    return FALSE;
  if (S_ISDIR (mode)) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY, "This is a folder");
  } else {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, "This is not a regular file");
  }
  return TRUE;
}

/* Opens first and looks then, so that what it looks at is what it will read. Without
 * O_NONBLOCK, to open what has become a FIFO would wait for somebody to write to it. */
static GInputStream *
open_local (const char *path,
            goffset *size,
            GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  struct stat status;

  if (fd < 0 || fstat (fd, &status) != 0) {
    int saved_errno = errno;

    if (saved_errno == ENXIO) { /* a socket, or a device that is not there */
      set_error_unless_regular (S_IFSOCK, error);
    } else {
      g_set_error_literal (error, G_IO_ERROR, (int) g_io_error_from_errno (saved_errno), g_strerror (saved_errno));
    }
  } else if (!set_error_unless_regular (status.st_mode, error)) {
    *size = status.st_size;
    return g_unix_input_stream_new (fd, TRUE);
  }
  if (fd >= 0)
    close (fd);
  return NULL;
}

/* What is not local is somebody else's business, who can be cancelled. */
static GInputStream *
open_remote (GFile *file,
             goffset *size,
             GCancellable *cancellable,
             GError **error)
{
  g_autoptr (GFileInfo) info = g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_TYPE "," G_FILE_ATTRIBUTE_STANDARD_SIZE,
                                                  G_FILE_QUERY_INFO_NONE, cancellable, error);
  GFileType type;

  if (!info)
    return NULL;
  type = g_file_info_get_file_type (info);
  if (type != G_FILE_TYPE_UNKNOWN &&
      set_error_unless_regular (type == G_FILE_TYPE_REGULAR ? S_IFREG : type == G_FILE_TYPE_DIRECTORY ? S_IFDIR
                                                                                                      : 0,
                                error))
    return NULL;
  *size = g_file_info_get_size (info);
  return G_INPUT_STREAM (g_file_read (file, cancellable, error));
}

static gboolean
hasher_task_read (HasherTask *self,
                  GInputStream *stream,
                  goffset size,
                  GChecksum *checksum,
                  GError **error)
{
  GCancellable *cancellable = my_thread_get_cancellable (MY_THREAD (self));
  g_autofree guint8 *buffer = g_malloc (BUFFER_SIZE);
  goffset n_read = 0;
  gssize n;

  hasher_task_report (self, 0, size);
  while ((n = g_input_stream_read (stream, buffer, BUFFER_SIZE, cancellable, error)) > 0) {
    g_checksum_update (checksum, buffer, n);
    n_read += n;
    hasher_task_report (self, n_read, size);
  }
  return n == 0;
}

static void
hasher_task_run (MyThread *thread,
                 GError **error)
{
  HasherTask *self = HASHER_TASK (thread);
  const char *path = g_file_peek_path (self->file);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (GInputStream) stream = NULL;
  g_auto (GValue) result = G_VALUE_INIT;
  goffset size = 0;

  stream = path ? open_local (path, &size, error) : open_remote (self->file, &size, my_thread_get_cancellable (thread), error);
  if (!stream || !hasher_task_read (self, stream, size, checksum, error))
    return;

  g_value_init (&result, G_TYPE_STRING);
  g_value_set_string (&result, g_checksum_get_string (checksum));
  my_thread_set_result (thread, &result);
}

static void
hasher_task_finalize (GObject *object)
{
  HasherTask *self = HASHER_TASK (object);

  g_clear_object (&self->file);

  G_OBJECT_CLASS (hasher_task_parent_class)->finalize (object);
}

static void
hasher_task_class_init (HasherTaskClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hasher_task_finalize;
  MY_THREAD_CLASS (klass)->run = hasher_task_run;
}

static void
hasher_task_init (HasherTask *self)
{
}

/* @executor: (nullable) */
HasherTask *
hasher_task_new (MyThreadGroup *group,
                 MyExecutor *executor,
                 GFile *file)
{
  g_autofree char *name = hasher_text_name_file (file);
  HasherTask *self = g_object_new (HASHER_TYPE_TASK, "name", name, "group", group, "executor", executor,
                                   "priority", PRIORITY, NULL);

  self->file = g_object_ref (file);
  return self;
}

GFile *
hasher_task_get_file (HasherTask *self)
{
  return self->file;
}
