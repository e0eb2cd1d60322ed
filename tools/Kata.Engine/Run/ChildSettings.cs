using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Kata.Runner.Protocol;

namespace Kata.Engine.Run;

/// <summary>How child processes are started.</summary>
/// <param name="WorkingFolder">Where they are: nothing that an answer could delete by a relative path.</param>
/// <param name="MemoryBytes">The most that their managed heap may hold.</param>
internal sealed record ChildSettings(string WorkingFolder, long MemoryBytes)
{
    private static readonly string Runner = typeof(Frames).Assembly.Location;

    private static readonly string HostName = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";

    /// <summary>The host of this process's own runtime; where the tool brings its own runtime, the one that is installed.</summary>
    private static readonly string Host = new[]
    {
        Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", HostName)),
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH"),
        Environment.GetEnvironmentVariable("DOTNET_ROOT") is { } root ? Path.Combine(root, HostName) : null,
    }.FirstOrDefault(File.Exists) ?? HostName;

    /// <summary>The command that starts a child with its ends of the private channel.</summary>
    public ProcessStartInfo StartInfo(string requests, string events)
    {
        var start = new ProcessStartInfo(Host, [Runner, requests, events])
        {
            WorkingDirectory = ExistingFolder(),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Snapshots that differ leave no file: the tool runs many answers over the same tests.
        start.Environment["KATA_LEAVES_NOTHING"] = "1";
        start.Environment["DOTNET_GCHeapHardLimit"] = MemoryBytes.ToString("x", CultureInfo.InvariantCulture);
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";

        // Code that is made at run time is mapped once, not twice: most of what a child runs is such code.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";

        // No port for debuggers and profilers, and nothing that a watcher wants loaded into every process.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.Environment.Remove("DOTNET_STARTUP_HOOKS");
        return start;
    }

    private string ExistingFolder()
    {
        try
        {
            Directory.CreateDirectory(WorkingFolder);
            return WorkingFolder;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A clone that cannot be written, or a full disk: answers can be checked all the same.
            return Path.GetTempPath();
        }
    }
}
