using System.Text;
using Kata.Engine.Verdicts;

namespace Kata.Engine.Compile;

/// <summary>The answer's text, or why it cannot be had.</summary>
/// <param name="Path">The file that it is from.</param>
/// <param name="Text">The text; null when <paramref name="Problem"/> says why.</param>
/// <param name="Problem">One line.</param>
internal sealed record AnswerFile(string Path, string? Text, string? Problem)
{
    /// <summary>No answer is longer; a file that is was not meant to be one, and is not read.</summary>
    public const int LongestBytes = 1024 * 1024;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads the answer that a request is about.</summary>
    public static AnswerFile Read(CheckRequest request)
    {
        var path = request.AnswerPath;
        if (request.AnswerText is { } given)
        {
            return new AnswerFile(path, given, null);
        }

        var name = System.IO.Path.GetRelativePath(request.Kata.Repository.Root, path);
        var restore = request is { Answers: Side.Katas, AnswerFile: null } ? Texts.RestoreByReset.With(request.Kata.Number) : Texts.RestoreByPath;
        try
        {
            if (Directory.Exists(path))
            {
                return Unusable(Texts.AnswerIsFolder.With(name, restore));
            }

            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[LongestBytes + 1];
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (length > LongestBytes)
            {
                return Unusable(file.CanSeek ? Texts.AnswerTooLong.With(name, $"{file.Length / (1024.0 * 1024):0.#}") : Texts.AnswerEndless.With(name));
            }

            var text = Decode(bytes.AsSpan(0, length));
            return text is null ? Unusable(Texts.AnswerNotText.With(name, restore))
                : string.IsNullOrWhiteSpace(text) ? Unusable(Texts.AnswerEmpty.With(name, restore))
                : new AnswerFile(path, text, null);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return Unusable(Texts.AnswerFileMissing.With(name, restore));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Unusable(Texts.AnswerUnreadable.With(name, exception.Message));
        }

        AnswerFile Unusable(string problem) => new(path, null, problem);
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
