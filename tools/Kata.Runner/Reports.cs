using Kata.Runner.Protocol;

namespace Kata.Runner;

/// <summary>
/// What is reported to the tool. Writing to a pipe wakes the other process, which costs more than most tests: what
/// can wait travels with the next report.
/// </summary>
/// <param name="channel">Where to.</param>
internal sealed class Reports(Stream channel)
{
    private readonly MemoryStream held = new();

    /// <summary>Keeps a report until the next is sent.</summary>
    public void Hold(RunEvent report)
    {
        lock (held)
        {
            Frames.Write(held, report, ProtocolJson.Default.RunEvent);
        }
    }

    /// <summary>Sends a report after those that are held; returns when it has left this process.</summary>
    public void Send(RunEvent report)
    {
        lock (held)
        {
            Hold(report);
            SendHeld();
        }
    }

    /// <summary>Sends what is held.</summary>
    public void SendHeld()
    {
        lock (held)
        {
            held.WriteTo(channel);
            channel.Flush();
            held.SetLength(0);
        }
    }
}
