"""Message classes for descriptors, in a pool apart from all schemas.

Where a schema in the default pool has an option of number 50001, the classes in `descriptor_pb2` take the option
50001 of every other schema for that one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

if TYPE_CHECKING:
    from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet
else:
    _pool = descriptor_pool.DescriptorPool()
    _pool.AddSerializedFile(descriptor_pb2.DESCRIPTOR.serialized_pb)
    FileDescriptorSet, FileDescriptorProto = (
        message_factory.GetMessageClass(_pool.FindMessageTypeByName(f"google.protobuf.{name}"))
        for name in ("FileDescriptorSet", "FileDescriptorProto")
    )

__all__ = ["FileDescriptorProto", "FileDescriptorSet"]
