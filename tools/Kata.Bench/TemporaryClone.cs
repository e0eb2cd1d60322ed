using System.Diagnostics;
using Kata.Engine.Catalogue;

namespace Kata.Bench;

/// <summary>A command that came to its end.</summary>
/// <param name="Milliseconds">From its start to its end.</param>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Lines">What it wrote, each line with the time since its start in milliseconds.</param>
/// <param name="Errors">What it wrote to the error stream.</param>
internal sealed record EndedCommand(double Milliseconds, int ExitCode, IReadOnlyList<(double Milliseconds, string Text)> Lines, string Errors);

/// <summary>A clone of the last commit in a temporary folder: a learner's files are never touched.</summary>
internal sealed class TemporaryClone : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("kata-bench-");

    /// <summary>Clones.</summary>
    public TemporaryClone(Repository original)
    {
        Repository = new Repository(Path.Combine(folder.FullName, "katas"));
        RunIn(original.Root, expectedExitCode: 0, "git", "clone", "--quiet", "--no-hardlinks", original.Root, Repository.Root);
        Commit = Run("git", "rev-parse", "--short", "HEAD").Lines[0].Text;
        Catalogue = KataCatalogue.Load(Repository);
    }

    /// <summary>Where it is.</summary>
    public Repository Repository { get; }

    /// <summary>Its katas.</summary>
    public KataCatalogue Catalogue { get; }

    /// <summary>What is measured.</summary>
    public string Commit { get; }

    /// <summary>How a command is started in the clone, with its streams redirected.</summary>
    public ProcessStartInfo StartInfo(string program, params string[] arguments) => StartInfoIn(Repository.Root, program, arguments);

    /// <summary>How the tool is started: by its launcher.</summary>
    public ProcessStartInfo ToolStartInfo(params string[] arguments) => OperatingSystem.IsWindows()
        ? StartInfo("cmd.exe", ["/c", Path.Combine(Repository.Root, "kata.cmd"), .. arguments])
        : StartInfo(Path.Combine(Repository.Root, "kata"), arguments);

    /// <summary>Runs a command to its end.</summary>
    public EndedCommand Run(string program, params string[] arguments) => Run(StartInfo(program, arguments));

    /// <summary>Runs the tool to its end.</summary>
    /// <exception cref="BenchmarkException">It ended with another exit code.</exception>
    public EndedCommand RunTool(int expectedExitCode, params string[] arguments) =>
        Expect(expectedExitCode, Run(ToolStartInfo(arguments)), $"kata {string.Join(' ', arguments)}");

    /// <inheritdoc />
    public void Dispose() => folder.Delete(recursive: true);

    private static void RunIn(string workingFolder, int expectedExitCode, string program, params string[] arguments) =>
        Expect(expectedExitCode, Run(StartInfoIn(workingFolder, program, arguments)), $"{program} {string.Join(' ', arguments)}");

    private static EndedCommand Expect(int exitCode, EndedCommand ended, string command) => ended.ExitCode == exitCode
        ? ended
        : throw new BenchmarkException($"{command} ended with code {ended.ExitCode}, not {exitCode}:\n{ended.Errors}{string.Join('\n', ended.Lines.Select(line => line.Text))}");

    private static ProcessStartInfo StartInfoIn(string workingFolder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = workingFolder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // Of the tool that may have started this program.
        start.Environment.Remove("KATA_ROOT");
        start.Environment.Remove("KATA_STAMP");

        // Lines of dotnet watch are recognised by their words.
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        return start;
    }

    private static EndedCommand Run(ProcessStartInfo start)
    {
        var began = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var lines = new List<(double, string)>();
        while (process.StandardOutput.ReadLine() is { } line)
        {
            lines.Add((Stopwatch.GetElapsedTime(began).TotalMilliseconds, line));
        }

        process.WaitForExit();
        return new EndedCommand(Stopwatch.GetElapsedTime(began).TotalMilliseconds, process.ExitCode, lines, errors.GetAwaiter().GetResult());
    }
}
