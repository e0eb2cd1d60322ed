using System.Security.Cryptography;
using System.Text;
using Kata.Engine.Catalogue;
using Kata.Runner.Protocol;

namespace Kata.Engine.Progress;

/// <summary>
/// Names everything that a verdict depends on: the answer, the tests, the reference whose
/// signatures the tests are compiled with, what answers and tests share, the packages, and the tool.
/// Equal keys are equal content, so a verdict that is found by its key is never out of date.
/// </summary>
/// <param name="repository">The clone.</param>
public sealed class ContentKey(Repository repository)
{
    private readonly Lazy<byte[]> shared = new(() => HashShared(repository));

    /// <summary>The key of an answer to a kata.</summary>
    /// <param name="kata">The kata.</param>
    /// <param name="answer">The text of the answer.</param>
    public string Of(KataEntry kata, string answer)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(shared.Value);
        AppendFolder(hash, kata.TestFolder);
        AppendFile(hash, kata.SolutionFile);
        hash.AppendData(Encoding.UTF8.GetBytes(answer));
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }

    private static byte[] HashShared(Repository repository)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        AppendFolder(hash, Path.Combine(repository.Katas, "Shared"));
        AppendFolder(hash, Path.Combine(repository.Tests, "Support"));
        AppendFile(hash, Path.Combine(repository.Root, "Directory.Packages.props"));
        hash.AppendData(typeof(ContentKey).Module.ModuleVersionId.ToByteArray());
        hash.AppendData(typeof(RunRequest).Module.ModuleVersionId.ToByteArray());
        return hash.GetHashAndReset();
    }

    private static void AppendFolder(IncrementalHash hash, string folder)
    {
        if (Directory.Exists(folder))
        {
            foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                hash.AppendData(Encoding.UTF8.GetBytes(Path.GetRelativePath(folder, file)));
                AppendFile(hash, file);
            }
        }
    }

    private static void AppendFile(IncrementalHash hash, string file)
    {
        if (File.Exists(file))
        {
            var content = File.ReadAllBytes(file);
            hash.AppendData(BitConverter.GetBytes(content.Length));
            hash.AppendData(content);
        }
    }
}
