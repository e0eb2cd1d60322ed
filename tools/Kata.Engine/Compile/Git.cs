using System.ComponentModel;
using System.Diagnostics;
using System.Formats.Tar;

namespace Kata.Engine.Compile;

/// <summary>What the tool asks git; where there is no git, or no clone, every answer is null.</summary>
/// <param name="root">The folder of the clone.</param>
internal sealed class Git(string root)
{
    /// <summary>Files below a folder that differ from the last commit, relative to the clone.</summary>
    public async Task<IReadOnlyList<string>?> ChangedFilesAsync(string folder, CancellationToken cancellation)
    {
        var output = await RunAsync(ReadTextAsync, cancellation, "status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all", "--", folder).ConfigureAwait(false);
        return output?.Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(entry => entry[3..]).ToList();
    }

    /// <summary>The identity of a folder's content in the last commit; null when it is not in it.</summary>
    public async Task<string?> CommittedTreeAsync(string folder, CancellationToken cancellation) =>
        (await RunAsync(ReadTextAsync, cancellation, "rev-parse", "--quiet", "--verify", $"HEAD:./{folder}").ConfigureAwait(false))?.Trim();

    /// <summary>The commits that changed a file, the newest first.</summary>
    public async Task<IReadOnlyList<string>?> CommitsOfAsync(string file, CancellationToken cancellation) =>
        (await RunAsync(ReadTextAsync, cancellation, "log", "--format=%H", "--", file).ConfigureAwait(false))
            ?.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The text of a file as it was after a commit; null when it was not there.</summary>
    public Task<string?> FileAtAsync(string commit, string file, CancellationToken cancellation) =>
        RunAsync(ReadTextAsync, cancellation, "show", $"{commit}:./{file}");

    /// <summary>Writes folders, as they are in the last commit, below another folder.</summary>
    public async Task<bool> ExtractCommittedAsync(string destination, IEnumerable<string> folders, CancellationToken cancellation) =>
        await RunAsync<string>(
            async (output, token) =>
            {
                await TarFile.ExtractToDirectoryAsync(output, destination, overwriteFiles: true, token).ConfigureAwait(false);
                return destination;
            },
            cancellation,
            ["archive", "--format=tar", "HEAD", "--", .. folders]).ConfigureAwait(false) is not null;

    private static async Task<string> ReadTextAsync(Stream output, CancellationToken cancellation)
    {
        using var reader = new StreamReader(output);
        return await reader.ReadToEndAsync(cancellation).ConfigureAwait(false);
    }

    private async Task<T?> RunAsync<T>(Func<Stream, CancellationToken, Task<T>> read, CancellationToken cancellation, params string[] arguments)
        where T : class
    {
        // --no-optional-locks: asking must not get in the way of what the user does with git at the same time.
        var start = new ProcessStartInfo("git", ["-C", root, "--no-optional-locks", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        Process? process;
        try
        {
            process = Process.Start(start);
        }
        catch (Win32Exception)
        {
            return null;
        }

        using (process)
        {
            var errors = process!.StandardError.ReadToEndAsync(cancellation);
            var result = await read(process.StandardOutput.BaseStream, cancellation).ConfigureAwait(false);
            await errors.ConfigureAwait(false);
            await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
            return process.ExitCode == 0 ? result : null;
        }
    }
}
