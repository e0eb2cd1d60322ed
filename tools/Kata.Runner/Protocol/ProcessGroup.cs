using System.Runtime.InteropServices;

namespace Kata.Runner.Protocol;

/// <summary>
/// On Unix a child leads a group of processes: whatever an answer starts is ended with it, also when the child
/// itself is gone, and Ctrl+C in the tool's terminal does not reach it. Windows has no such groups.
/// </summary>
public static class ProcessGroup
{
    private const int SigKill = 9;

    /// <summary>Makes this process the leader of a group of its own.</summary>
    public static void Lead()
    {
        if (!OperatingSystem.IsWindows())
        {
            SetSession();
        }
    }

    /// <summary>Keeps a descriptor from the processes that this one starts: they could hold a channel open.</summary>
    public static void KeepFromChildren(SafeHandle descriptor)
    {
        if (!OperatingSystem.IsWindows())
        {
            CloseOnExecute((int)descriptor.DangerousGetHandle(), OperatingSystem.IsMacOS() ? 0x20006601u : 0x5451u);
        }
    }

    /// <summary>Ends every process of a group.</summary>
    /// <param name="leader">The id of the process that leads it.</param>
    public static void Kill(int leader)
    {
        if (!OperatingSystem.IsWindows())
        {
            Signal(-leader, SigKill);
        }
    }

    [DllImport("libc", EntryPoint = "setsid")]
    private static extern int SetSession();

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Signal(int process, int signal);

    [DllImport("libc", EntryPoint = "ioctl")]
    private static extern int CloseOnExecute(int descriptor, nuint closeOnExecute);
}
