/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <float.h>
#include <math.h>
#include <string.h>

#include "fuzz-executor.h"
#include "fuzz.h"
#include "my-test-support.h"

/* Numbers, text, functions, and what GLib has. */

guint
fuzz_choose (FuzzCall *call,
             const char *parameter,
             const char *const *names,
             guint n_values)
{
  guint index = call->n_parameters++;
  guint choice;

  g_assert (index < FUZZ_MAX_PARAMETERS);
  call->n_values[index] = n_values;
  if (call->text == NULL) {
    return 0;
  }
  choice = call->choices[index];
  g_assert (choice < n_values);
  g_strlcat (call->text, " ", call->text_size);
  g_strlcat (call->text, parameter, call->text_size);
  g_strlcat (call->text, "=", call->text_size);
  g_strlcat (call->text, names[choice], call->text_size);
  return choice;
}

gboolean
fuzz_is_real (FuzzCall *call)
{
  return call->text != NULL;
}

typedef struct {
  void (*func) (gpointer data);
  gpointer data;
} CleanUp;

void
fuzz_clean_up_later (FuzzCall *call,
                     void (*func) (gpointer data),
                     gpointer data)
{
  CleanUp *clean_up = g_new (CleanUp, 1);

  clean_up->func = func;
  clean_up->data = data;
  g_ptr_array_add (call->clean_ups, clean_up);
}

void
fuzz_clean_up (FuzzCall *call)
{
  for (guint i = 0; i < call->executors->len; i++) {
    fuzz_executor_let_go (call->executors->pdata[i]);
  }
  for (guint i = call->clean_ups->len; i-- > 0;) {
    CleanUp *clean_up = call->clean_ups->pdata[i];

    clean_up->func (clean_up->data);
  }
}

/* numbers */

#define PICK_NUMBER(scope, name, type, ...)                                              \
  scope type fuzz_pick_##name (FuzzCall *call, const char *parameter, gboolean nullable) \
  {                                                                                      \
    static const struct {                                                                \
      type value;                                                                        \
      const char *text;                                                                  \
    } values[] = { __VA_ARGS__ };                                                        \
    const char *names[G_N_ELEMENTS (values)];                                            \
                                                                                         \
    for (gsize i = 0; i < G_N_ELEMENTS (values); i++) {                                  \
      names[i] = values[i].text;                                                         \
    }                                                                                    \
    return values[fuzz_choose (call, parameter, names, G_N_ELEMENTS (values))].value;    \
  }

#define NUMBER(value) \
  {                   \
    value, #value     \
  }

PICK_NUMBER (extern, int, gint, NUMBER (1), NUMBER (0), NUMBER (-1), NUMBER (G_MININT), NUMBER (G_MAXINT), NUMBER (-20), NUMBER (19))
PICK_NUMBER (extern, uint, guint, NUMBER (1), NUMBER (0), NUMBER (2), NUMBER (G_MAXINT), NUMBER (G_MAXINT + 1u), NUMBER (G_MAXUINT))
PICK_NUMBER (extern, int64, gint64, NUMBER (1000), NUMBER (0), NUMBER (-1), NUMBER (1), NUMBER (G_MININT64), NUMBER (G_MAXINT64), NUMBER (G_MAXINT64 - 1))
PICK_NUMBER (extern, uint64, guint64, NUMBER (65536), NUMBER (0), NUMBER (1), NUMBER (1ull << 40), NUMBER (1ull << 63), NUMBER (G_MAXUINT64))
PICK_NUMBER (static, any_size, gsize, NUMBER (10), NUMBER (0), NUMBER (1), NUMBER (G_MAXSSIZE), NUMBER (G_MAXSIZE - 1), NUMBER (G_MAXSIZE))
PICK_NUMBER (extern, boolean, gboolean, NUMBER (TRUE), NUMBER (FALSE), NUMBER (2), NUMBER (-1), NUMBER (G_MININT))
PICK_NUMBER (extern, double, double, NUMBER (0.5), NUMBER (0.0), NUMBER (1.0), NUMBER (-1.0), NUMBER (-0.5), NUMBER (2.0), NUMBER (DBL_MAX), NUMBER (-DBL_MAX), NUMBER (DBL_TRUE_MIN), { NAN, "NaN" }, { INFINITY, "infinity" }, { -INFINITY, "-infinity" })

/* So often a function may be called in a loop that nobody can cancel. */
#define MAX_LOOP 100000

gsize
fuzz_pick_size (FuzzCall *call,
                const char *parameter,
                gboolean nullable)
{
  gsize size = fuzz_pick_any_size (call, parameter, nullable);

  call->is_long |= size > MAX_LOOP;
  return size;
}

/* Each of its values, and some that it has not. */
gint
fuzz_pick_enum (FuzzCall *call,
                const char *parameter,
                gboolean nullable,
                GType type)
{
  GEnumClass *klass = g_type_class_ref (type);
  const gint wrong[] = { -1, klass->maximum + 1, G_MAXINT, G_MININT };
  const char *wrong_names[] = { "-1", "one too many", "G_MAXINT", "G_MININT" };
  const char *names[64];
  guint n = 0;
  guint choice;
  gint value;

  for (guint i = 0; i < klass->n_values; i++) {
    names[n++] = klass->values[i].value_name;
  }
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++) {
    names[n++] = wrong_names[i];
  }
  g_assert (n <= G_N_ELEMENTS (names));
  choice = fuzz_choose (call, parameter, names, n);
  if (choice < klass->n_values) {
    value = klass->values[choice].value;
  } else {
    value = wrong[choice - klass->n_values];
    call->is_wrong = TRUE;
  }
  g_type_class_unref (klass);
  return value;
}

/* text, and pointers */

#define LONG_TEXT (1 << 20)

const char *
fuzz_pick_string (FuzzCall *call,
                  const char *parameter,
                  gboolean nullable)
{
  char *text;

  switch (FUZZ_CHOOSE (call, parameter, "\"name\"", "NULL", "\"\"", "long", "no UTF-8", "cut off", "%s%n", "lines", "fifteen and more")) {
  case 0:
    return "name";
  case 1:
    call->is_wrong |= fuzz_is_real (call) && !nullable;
    return NULL;
  case 2:
    return "";
  case 3:
    text = g_malloc (LONG_TEXT + 1);
    memset (text, 'x', LONG_TEXT);
    text[LONG_TEXT] = '\0';
    fuzz_clean_up_later (call, g_free, text);
    return text;
  case 4:
    return "\xff\xfe no text \xc0\x80";
  case 5:
    return "cut off \xe2\x82";
  case 6:
    return "%s%n%s%n";
  case 7:
    return "a\nb\r\n\x1b[31mc";
  default:
    return "fourteen bytes\xe2\x82\xac\xe2\x82\xac";
  }
}

gpointer
fuzz_pick_pointer (FuzzCall *call,
                   const char *parameter,
                   gboolean nullable)
{
  static char somewhere[64];

  return FUZZ_CHOOSE (call, parameter, "something", "NULL") == 0 ? somewhere : NULL;
}

/* signals */

const char *
fuzz_pick_signal (FuzzCall *call,
                  const char *parameter,
                  gboolean nullable)
{
  switch (FUZZ_CHOOSE (call, parameter, "\"notify\"", "NULL", "with a detail", "another's", "no name")) {
  case 0:
    return "notify";
  case 1:
    call->is_wrong |= fuzz_is_real (call) && !nullable;
    return NULL;
  case 2:
    return "notify::name";
  case 3:
    call->is_wrong = fuzz_is_real (call);
    return "no-such-signal::%s%n";
  default:
    call->is_wrong = fuzz_is_real (call);
    return "\xff::\xc0";
  }
}

/* What has signals. */
gpointer
fuzz_pick_instance (FuzzCall *call,
                    const char *parameter,
                    gboolean nullable)
{
  static gpointer nothing[8];
  gpointer object;

  switch (FUZZ_CHOOSE (call, parameter, "an object", "NULL", "what is none")) {
  case 0:
    if (!fuzz_is_real (call)) {
      return NULL;
    }
    object = g_object_new (G_TYPE_OBJECT, NULL);
    fuzz_clean_up_later (call, g_object_unref, object);
    return object;
  case 1:
    call->is_wrong |= fuzz_is_real (call) && !nullable;
    return NULL;
  default:
    call->is_wrong = fuzz_is_real (call);
    return nothing;
  }
}

GConnectFlags
fuzz_pick_connect_flags (FuzzCall *call,
                         const char *parameter,
                         gboolean nullable)
{
  switch (FUZZ_CHOOSE (call, parameter, "0", "G_CONNECT_AFTER", "G_CONNECT_SWAPPED", "unknown ones")) {
  case 0:
    return (GConnectFlags) 0;
  case 1:
    return G_CONNECT_AFTER;
  case 2:
    return G_CONNECT_SWAPPED;
  default:
    call->is_wrong = fuzz_is_real (call);
    return (GConnectFlags) -1;
  }
}

GMainContext *
fuzz_pick_context (FuzzCall *call,
                   const char *parameter,
                   gboolean nullable)
{
  GMainContext *context;

  if (FUZZ_CHOOSE (call, parameter, "NULL", "a context") == 0 || !fuzz_is_real (call)) {
    return NULL;
  }
  context = g_main_context_new ();
  fuzz_clean_up_later (call, (void (*) (gpointer)) g_main_context_unref, context);
  return context;
}

/* functions */

/* Takes what it is given, and returns nothing, or something that is 0: whatever its type says. */
static gpointer
do_nothing (void)
{
  return NULL;
}

GCallback
fuzz_pick_callback (FuzzCall *call,
                    const char *parameter,
                    gboolean nullable)
{
  if (FUZZ_CHOOSE (call, parameter, "function", "NULL") == 0) {
    return (GCallback) (void (*) (void)) do_nothing;
  }
  call->is_wrong |= fuzz_is_real (call) && !nullable;
  return NULL;
}

GClosure *
fuzz_pick_closure (FuzzCall *call,
                   const char *parameter,
                   gboolean nullable)
{
  guint choice = FUZZ_CHOOSE (call, parameter, "a closure", "NULL", "one that is invalid");
  GClosure *closure;

  if (!fuzz_is_real (call)) {
    return NULL;
  }
  if (choice == 1) {
    call->is_wrong |= !nullable;
    return NULL;
  }
  closure = g_closure_ref (g_cclosure_new ((GCallback) (void (*) (void)) do_nothing, NULL, NULL));
  g_closure_sink (closure);
  fuzz_clean_up_later (call, (void (*) (gpointer)) g_closure_unref, closure);
  if (choice == 2) {
    g_closure_invalidate (closure);
  }
  return closure;
}

GDestroyNotify
fuzz_pick_destroy (FuzzCall *call,
                   const char *parameter,
                   gboolean nullable)
{
  return (GDestroyNotify) fuzz_pick_callback (call, parameter, nullable);
}

GClosureNotify
fuzz_pick_closure_notify (FuzzCall *call,
                          const char *parameter,
                          gboolean nullable)
{
  return (GClosureNotify) fuzz_pick_callback (call, parameter, nullable);
}

GAsyncReadyCallback
fuzz_pick_ready_callback (FuzzCall *call,
                          const char *parameter,
                          gboolean nullable)
{
  return (GAsyncReadyCallback) fuzz_pick_callback (call, parameter, nullable);
}

MyThreadFunc
fuzz_pick_thread_func (FuzzCall *call,
                       const char *parameter,
                       gboolean nullable)
{
  switch (FUZZ_CHOOSE (call, parameter, "function", "NULL", "failing function", "function that waits")) {
  case 0:
    return (MyThreadFunc) (void (*) (void)) do_nothing;
  case 1:
    call->is_wrong |= fuzz_is_real (call) && !nullable;
    return NULL;
  case 2:
    return my_test_run_fail;
  default:
    return fuzz_run_to_gate;
  }
}

/* what GLib has */

static void
unref_variant (gpointer variant)
{
  g_variant_unref (variant);
}

/* A function that refuses it may have left it as it was, or not. */
static void
unref_floating_variant (gpointer variant)
{
  if (g_variant_is_floating (variant)) {
    g_variant_ref_sink (variant);
    g_variant_unref (variant);
  }
  g_variant_unref (variant);
}

GVariant *
fuzz_pick_variant (FuzzCall *call,
                   const char *parameter,
                   gboolean nullable)
{
  GVariant *variant;

  switch (FUZZ_CHOOSE (call, parameter, "(i)", "NULL", "()", "a{sv}", "i", "(a{sv}v)", "floating ()", "floating a{sv}", "as")) {
  case 0:
    variant = g_variant_new ("(i)", 1);
    break;
  case 1:
    call->is_wrong |= fuzz_is_real (call) && !nullable;
    return NULL;
  case 2:
    variant = g_variant_new ("()");
    break;
  case 3:
    variant = g_variant_new_parsed ("{'key': <1>}");
    break;
  case 4:
    variant = g_variant_new_int32 (1);
    break;
  case 5:
    variant = g_variant_new_parsed ("({'key': <'value'>}, <()>)");
    break;
  case 6:
    variant = g_variant_new ("()");
    fuzz_clean_up_later (call, unref_floating_variant, g_variant_ref (variant));
    return variant;
  case 7:
    variant = g_variant_new_parsed ("@a{sv} {}");
    fuzz_clean_up_later (call, unref_floating_variant, g_variant_ref (variant));
    return variant;
  default:
    variant = g_variant_new_strv (NULL, 0);
    break;
  }
  g_variant_ref_sink (variant);
  if (fuzz_is_real (call)) {
    fuzz_clean_up_later (call, unref_variant, variant);
  } else {
    g_variant_unref (variant);
  }
  return variant;
}

static void
free_value (gpointer data)
{
  GValue *value = data;

  if (G_IS_VALUE (value)) {
    g_value_unset (value);
  }
  g_free (value);
}

static GValue *
value_new (FuzzCall *call)
{
  GValue *value = g_new0 (GValue, 1);

  fuzz_clean_up_later (call, free_value, value);
  return value;
}

const GValue *
fuzz_pick_value (FuzzCall *call,
                 const char *parameter,
                 gboolean nullable)
{
  guint choice = FUZZ_CHOOSE (call, parameter, "an int", "NULL", "not initialised", "a string", "NULL as string", "an object", "a pointer", "a value");
  GValue *value;

  if (!fuzz_is_real (call)) {
    return NULL;
  }
  if (choice == 1) {
    call->is_wrong |= !nullable;
    return NULL;
  }
  value = value_new (call);
  switch (choice) {
  case 0:
    g_value_init (value, G_TYPE_INT);
    break;
  case 2:
    call->is_wrong = TRUE;
    break;
  case 3:
    g_value_init (value, G_TYPE_STRING);
    g_value_set_static_string (value, "text");
    break;
  case 4:
    g_value_init (value, G_TYPE_STRING);
    break;
  case 5:
    g_value_init (value, G_TYPE_OBJECT);
    g_value_take_object (value, g_object_new (G_TYPE_OBJECT, NULL));
    break;
  case 6:
    g_value_init (value, G_TYPE_POINTER);
    g_value_set_pointer (value, value);
    break;
  default:
    g_value_init (value, G_TYPE_VALUE);
    break;
  }
  return value;
}

GValue *
fuzz_pick_out_value (FuzzCall *call,
                     const char *parameter,
                     gboolean nullable)
{
  guint choice = FUZZ_CHOOSE (call, parameter, "not initialised", "NULL", "set already");
  GValue *value;

  if (!fuzz_is_real (call)) {
    return NULL;
  }
  call->is_wrong |= choice == 2 || (choice == 1 && !nullable);
  if (choice == 1) {
    return NULL;
  }
  value = value_new (call);
  if (choice == 2) {
    g_value_init (value, G_TYPE_STRING);
    g_value_set_static_string (value, "text");
  }
  return value;
}

GError **
fuzz_pick_error (FuzzCall *call)
{
  switch (FUZZ_CHOOSE (call, "error", "a place", "NULL", "set already")) {
  case 0:
    return &call->error;
  case 1:
    return NULL;
  default:
    call->given_error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_EXISTS, "an error from before");
    call->error = call->given_error;
    call->is_wrong = TRUE;
    return &call->error;
  }
}

static void
free_error (gpointer error)
{
  g_error_free (error);
}

const GError *
fuzz_pick_const_error (FuzzCall *call,
                       const char *parameter,
                       gboolean nullable)
{
  guint choice = FUZZ_CHOOSE (call, parameter, "NULL", "an error", "G_IO_ERROR_CANCELLED");
  GError *error;

  if (!fuzz_is_real (call) || choice == 0) {
    return NULL;
  }
  error = g_error_new_literal (G_IO_ERROR, choice == 1 ? G_IO_ERROR_EXISTS : G_IO_ERROR_CANCELLED, "an error");
  fuzz_clean_up_later (call, free_error, error);
  return error;
}

GCancellable *
fuzz_pick_cancellable (FuzzCall *call,
                       const char *parameter,
                       gboolean nullable)
{
  guint choice = FUZZ_CHOOSE (call, parameter, "a cancellable", "NULL", "another object", "one that is cancelled", "that of the caller");
  gpointer object;

  if (fuzz_picks_none (call, choice, nullable, &object)) {
    return object;
  }
  if (choice == 4) {
    return my_thread_get_cancellable (my_thread_get_current ());
  }
  object = g_cancellable_new ();
  fuzz_clean_up_later (call, g_object_unref, object);
  if (choice == 3) {
    g_cancellable_cancel (object);
  }
  return object;
}

/* One of whatever comes next: there is nobody to call. */
static void
keep_result (GObject *source,
             GAsyncResult *result,
             gpointer place)
{
  *(GAsyncResult **) place = g_object_ref (result);
}

/* Of a join that has ended; @self is a thread, or a group. In the main thread. */
static GAsyncResult *
make_result (gpointer self)
{
  GAsyncResult *result = NULL;

  if (MY_IS_THREAD (self)) {
    my_thread_join_async (self, NULL, keep_result, &result);
  } else {
    my_thread_group_join_async (self, NULL, keep_result, &result);
  }
  while (result == NULL) {
    g_main_context_iteration (NULL, TRUE);
  }
  return result;
}

static GAsyncResult *results[2]; /* of a thread's join, and of a group's; there from the beginning to the end */

void
fuzz_results_make (void)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  MyThread *thread = my_thread_new (NULL, NULL, NULL, NULL);

  my_thread_start (thread, NULL);
  results[0] = make_result (thread);
  results[1] = make_result (group);
  g_object_unref (thread);
  g_object_unref (group);
}

void
fuzz_results_clear (void)
{
  g_clear_object (&results[0]);
  g_clear_object (&results[1]);
}

GAsyncResult *
fuzz_pick_result (FuzzCall *call,
                  const char *parameter,
                  gboolean nullable)
{
  guint choice = FUZZ_CHOOSE (call, parameter, "of another thread", "NULL", "another object", "of another group", "another task");
  gpointer object;

  if (fuzz_picks_none (call, choice, FALSE, &object)) {
    return object;
  }
  call->is_wrong = TRUE;
  if (choice != 4) {
    return results[choice == 0 ? 0 : 1];
  }
  object = g_task_new (NULL, NULL, NULL, NULL);
  g_task_return_boolean (object, TRUE);
  fuzz_clean_up_later (call, g_object_unref, object);
  return object;
}
