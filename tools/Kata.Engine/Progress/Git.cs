using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Kata.Engine.Progress;

/// <summary>Asks git about a clone. It never changes anything.</summary>
/// <param name="root">The clone's folder.</param>
internal sealed class Git(string root)
{
    /// <summary>The output of a git command, or null when git is missing or refuses.</summary>
    public string? Ask(params string[] arguments)
    {
        var start = new ProcessStartInfo("git", ["-C", root, "-c", "core.quotePath=false", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        try
        {
            using var process = Process.Start(start)!;
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? output : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
