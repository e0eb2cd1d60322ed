using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Kata.Engine.Verdicts;

namespace Kata.Engine.Compile;

/// <summary>The answer's text, or why it cannot be had.</summary>
/// <param name="Path">The file that it is from.</param>
/// <param name="Text">The text; null when <paramref name="Problem"/> says why.</param>
/// <param name="Problem">One line.</param>
public sealed record AnswerFile(string Path, string? Text, string? Problem)
{
    /// <summary>SHA-256 of the file's bytes, in lower case as <c>sha256sum</c> prints it; empty when they were not all read.</summary>
    public string Hash { get; init; } = "";

    /// <summary>No answer is longer; a file that is was not meant to be one, and is not read.</summary>
    public const int LongestBytes = 1024 * 1024;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads the answer that a request is about.</summary>
    public static AnswerFile Read(CheckRequest request)
    {
        var path = request.AnswerPath;
        if (request.Content is { } content)
        {
            return content;
        }

        if (request.AnswerText is { } given)
        {
            return new AnswerFile(path, given, null);
        }

        var name = System.IO.Path.GetRelativePath(request.Kata.Repository.Root, path);
        var restore = request is { Answers: Side.Katas, AnswerFile: null } ? Texts.RestoreByReset.With(request.Kata.Number) : Texts.RestoreByPath;
        var buffer = ArrayPool<byte>.Shared.Rent(LongestBytes + 1);
        try
        {
            if (Directory.Exists(path))
            {
                return Unusable(Texts.AnswerIsFolder.With(name, restore));
            }

            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = buffer.AsSpan(0, file.ReadAtLeast(buffer, LongestBytes + 1, throwOnEndOfStream: false));
            if (bytes.Length > LongestBytes)
            {
                return Unusable(file.CanSeek ? Texts.AnswerTooLong.With(name, $"{file.Length / (1024.0 * 1024):0.#}") : Texts.AnswerEndless.With(name));
            }

            var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
            var text = Decode(bytes);
            return text is null ? Unusable(Texts.AnswerNotText.With(name, restore), hash)
                : string.IsNullOrWhiteSpace(text) ? Unusable(Texts.AnswerEmpty.With(name, restore), hash)
                : new AnswerFile(path, text, null) { Hash = hash };
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return Unusable(Texts.AnswerFileMissing.With(name, restore));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Unusable(Texts.AnswerUnreadable.With(name, exception.Message));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        AnswerFile Unusable(string problem, string hash = "") => new(path, null, problem) { Hash = hash };
    }

    /// <summary>UTF-8, or UTF-16 with its mark as some editors write it; null when it is neither.</summary>
    private static string? Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var text = bytes switch
            {
                [0xFF, 0xFE, ..] => Encoding.Unicode.GetString(bytes[2..]),
                [0xFE, 0xFF, ..] => Encoding.BigEndianUnicode.GetString(bytes[2..]),
                [0xEF, 0xBB, 0xBF, ..] => StrictUtf8.GetString(bytes[3..]),
                _ => StrictUtf8.GetString(bytes),
            };
            return text.Contains('\0') ? null : text;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
