/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib-object.h>
#include <stdatomic.h>

G_BEGIN_DECLS

/* A final type with an interface. See "First use" in docs/internals.md.
 *
 * The get_type() of G_DEFINE_TYPE() holds a once while g_type_add_interface_static() waits for the lock that GLib holds while
 * any class is initialised; and the class_init() that holds that lock may ask for the type, and wait for the once. So here GLib's lock
 * comes first: the type is registered by the class_init() of a class that is there for nothing else.
 *
 * A type with no interface may use G_DEFINE_TYPE(): what is locked while it is registered is locked by nobody who waits.
 */
typedef struct {
  const char *lock_name;         /* [const] the name of the class that is there for the lock */
  GType (*register_type) (void); /* [const] */
  gsize lock_type;               /* g_once_init_enter()'s */
  atomic_uintptr_t type;         /* 0 until it is registered. Stored with release, read with acquire, though a GType
                                  * guards nothing but what GLib itself has locked */
} MyTypeRegistration;

GType my_type_register (MyTypeRegistration *self);

#define MY_DEFINE_FINAL_TYPE_WITH_INTERFACE(TypeName, type_name, TYPE_INTERFACE, interface_init)         \
  static void type_name##_init (TypeName *self);                                                         \
  static void type_name##_class_init (TypeName##Class *klass);                                           \
  static gpointer type_name##_parent_class;                                                              \
                                                                                                         \
  static void                                                                                            \
    type_name##_instance_intern_init (GTypeInstance *instance, gpointer klass)                           \
  {                                                                                                      \
    type_name##_init ((TypeName *) instance);                                                            \
  }                                                                                                      \
                                                                                                         \
  static void                                                                                            \
    type_name##_class_intern_init (gpointer klass, gpointer unused)                                      \
  {                                                                                                      \
    type_name##_parent_class = g_type_class_peek_parent (klass);                                         \
    type_name##_class_init ((TypeName##Class *) klass);                                                  \
  }                                                                                                      \
                                                                                                         \
  static void                                                                                            \
    type_name##_interface_intern_init (gpointer iface, gpointer unused)                                  \
  {                                                                                                      \
    interface_init (iface);                                                                              \
  }                                                                                                      \
                                                                                                         \
  static GType                                                                                           \
    type_name##_register_type (void)                                                                     \
  {                                                                                                      \
    static const GInterfaceInfo interface_info = { type_name##_interface_intern_init, NULL, NULL };      \
    GType type = g_type_register_static_simple (G_TYPE_OBJECT, #TypeName,                                \
                                                sizeof (TypeName##Class), type_name##_class_intern_init, \
                                                sizeof (TypeName), type_name##_instance_intern_init,     \
                                                G_TYPE_FLAG_FINAL);                                      \
                                                                                                         \
    g_type_add_interface_static (type, TYPE_INTERFACE, &interface_info);                                 \
    return type;                                                                                         \
  }                                                                                                      \
                                                                                                         \
  GType                                                                                                  \
    type_name##_get_type (void)                                                                          \
  {                                                                                                      \
    static MyTypeRegistration registration = { #TypeName "Lock", type_name##_register_type, 0, 0 };      \
    GType type = atomic_load_explicit (&registration.type, memory_order_acquire);                        \
                                                                                                         \
    return G_LIKELY (type != 0) ? type : my_type_register (&registration);                               \
  }

G_END_DECLS
