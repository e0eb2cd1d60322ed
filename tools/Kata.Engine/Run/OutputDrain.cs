using System.Text;

namespace Kata.Engine.Run;

/// <summary>Empties one console stream of a child, keeps the beginning and notices a flood.</summary>
internal sealed class OutputDrain
{
    /// <summary>What is kept for showing.</summary>
    public const int KeptBytes = 64 * 1024;

    /// <summary>Nobody prints more than this to be read.</summary>
    public const int FloodBytes = 16 * 1024 * 1024;

    private readonly Stream source;
    private readonly Lock gate = new();
    private readonly MemoryStream kept = new();
    private byte[] mark = [];
    private byte[] tail = [];
    private long total;
    private Action flooded = () => { };
    private TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool closed;

    /// <summary>Starts a thread that reads until the stream ends: the thread pool must not wait for pipes.</summary>
    public OutputDrain(Stream source)
    {
        this.source = source;
        new Thread(Read) { IsBackground = true, Name = "output" }.Start();
    }

    /// <summary>Completes at the mark, or when the child has closed the stream.</summary>
    public Task Ended => ended.Task;

    /// <summary>What was printed in this run, cut to a readable length.</summary>
    public string Text
    {
        get
        {
            lock (gate)
            {
                var text = Encoding.UTF8.GetString(kept.GetBuffer(), 0, (int)kept.Length);
                return total > KeptBytes ? $"{text}\n… {total - KeptBytes} more bytes" : text;
            }
        }
    }

    /// <summary>Starts afresh for a run that ends with the given mark.</summary>
    public void Begin(byte[] endMark, Action onFlood)
    {
        lock (gate)
        {
            mark = endMark;
            flooded = onFlood;
            tail = [];
            kept.SetLength(0);
            total = 0;
            ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (closed)
            {
                ended.SetResult();
            }
        }
    }

    private void Read()
    {
        var buffer = new byte[32 * 1024];
        int read;
        while ((read = ReadSome(buffer)) > 0)
        {
            lock (gate)
            {
                Take(buffer.AsSpan(0, read));
            }
        }

        lock (gate)
        {
            closed = true;
            ended.TrySetResult();
        }
    }

    private int ReadSome(byte[] buffer)
    {
        try
        {
            return source.Read(buffer);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The child is gone.
            return 0;
        }
    }

    /// <summary>The mark may arrive in two pieces: what could be its beginning is looked at again with what follows.</summary>
    private void Take(ReadOnlySpan<byte> piece)
    {
        byte[] both = [.. tail, .. piece];
        var end = mark.Length == 0 ? -1 : both.AsSpan().IndexOf(mark);
        if (end >= 0)
        {
            Keep(both.AsSpan(0, end));
            tail = [];
            ended.TrySetResult();
            return;
        }

        var held = Math.Min(Math.Max(mark.Length - 1, 0), both.Length);
        while (held > 0 && !mark.AsSpan().StartsWith(both.AsSpan(both.Length - held)))
        {
            held--;
        }

        tail = both[^held..];
        Keep(both.AsSpan(0, both.Length - held));
        if (total > FloodBytes)
        {
            flooded();
        }
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        total += bytes.Length;
        kept.Write(bytes[..(int)Math.Min(bytes.Length, KeptBytes - kept.Length)]);
    }
}
