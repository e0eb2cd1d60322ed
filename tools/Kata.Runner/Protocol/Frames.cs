using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Kata.Runner.Protocol;

/// <summary>Messages on the private channel between tool and child: four bytes of length, then JSON.</summary>
public static class Frames
{
    /// <summary>No message is longer: a length above it is not one of ours.</summary>
    public const int Longest = 64 * 1024 * 1024;

    /// <summary>Writes one message in one piece, so that it is whole or absent.</summary>
    public static void Write<T>(Stream channel, T message, JsonTypeInfo<T> type)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(message, type);
        var frame = new byte[sizeof(int) + body.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, body.Length);
        body.CopyTo(frame, sizeof(int));
        channel.Write(frame);
        channel.Flush();
    }

    /// <summary>Reads the next message; null at the channel's end.</summary>
    /// <exception cref="InvalidDataException">What arrived is not a message.</exception>
    public static T? Read<T>(Stream channel, JsonTypeInfo<T> type)
        where T : class
    {
        var header = new byte[sizeof(int)];
        var read = channel.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        if (read < header.Length)
        {
            return read == 0 ? null : throw new InvalidDataException("The channel ended inside a message.");
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(header);
        if (length is <= 0 or > Longest)
        {
            throw new InvalidDataException($"A message cannot be {length} bytes long.");
        }

        var body = new byte[length];
        if (channel.ReadAtLeast(body, length, throwOnEndOfStream: false) < length)
        {
            throw new InvalidDataException("The channel ended inside a message.");
        }

        try
        {
            return JsonSerializer.Deserialize(body, type) ?? throw new InvalidDataException("A message is null.");
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            throw new InvalidDataException("A message is not the JSON that was agreed.", exception);
        }
    }
}
